"""A language model that points at the sentences that answer, and has no word in what is said."""
