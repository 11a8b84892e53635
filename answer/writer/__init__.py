"""A language model that writes, and the proof of every sentence of its by the sources."""

from answer.writer.draft import Draft, draft
from answer.writer.generator import Generator, open_generator
from answer.writer.prove import Prover

__all__ = ["Draft", "Generator", "Prover", "draft", "open_generator"]
