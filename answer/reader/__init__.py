"""Models that read: what a question and a passage have to do with each other, sentence by sentence."""

from answer.reader.reading import Reader, Reading, Stretch, shipped_folder

__all__ = ["Reader", "Reading", "Stretch", "shipped_folder"]
