"""Generations of the index: written, opened, searched, kept and examined."""
