"""A question becomes ranked passages."""

from retriever.search import Hit, Retriever
from retriever.spelling import Correction
from retriever.terms import Asked, Terms

__all__ = ["Asked", "Correction", "Hit", "Retriever", "Terms"]
