"""A question becomes ranked passages."""

from retriever.search import DENSE_WEIGHT, Hit, Retriever
from retriever.terms import Asked, Mended, Terms

__all__ = ["DENSE_WEIGHT", "Asked", "Hit", "Mended", "Retriever", "Terms"]
