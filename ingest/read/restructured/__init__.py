"""reStructuredText, with the directives of Sphinx."""
