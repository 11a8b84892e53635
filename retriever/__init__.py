"""A question becomes ranked passages."""

from retriever.search import Hit, Retriever
from retriever.spelling import Mended
from retriever.terms import Asked, Terms

__all__ = ["Asked", "Hit", "Mended", "Retriever", "Terms"]
