"""A question becomes ranked passages."""

from retriever.search import DENSE_WEIGHT, Hit, Retriever
from retriever.spelling import Mended
from retriever.terms import Asked, Terms

__all__ = ["DENSE_WEIGHT", "Asked", "Hit", "Mended", "Retriever", "Terms"]
