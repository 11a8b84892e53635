"""Texts become vectors, by the networks that do so."""
