"""Markdown, with front matter and the extensions that sites use."""
