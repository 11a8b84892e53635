"""Text files: wrapped lines become paragraphs, lists and tables."""
