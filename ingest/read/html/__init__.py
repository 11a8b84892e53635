"""HTML: the matter of a page, without the furniture of its site."""
