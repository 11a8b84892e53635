"""Documents: the text of a source, laid out, with its parts; and the passages that it is cut into."""
