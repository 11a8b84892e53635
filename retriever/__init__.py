"""A question becomes ranked passages."""

from retriever.search import Hit, Retriever
from retriever.terms import Asked, Mended, Terms

__all__ = ["Asked", "Hit", "Mended", "Retriever", "Terms"]
