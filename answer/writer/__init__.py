"""A language model that writes, and the proof of every sentence of its by the sources."""
