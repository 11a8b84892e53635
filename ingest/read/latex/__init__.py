"""LaTeX: what a source prints."""
