"""Word: the document as its final view shows it."""
