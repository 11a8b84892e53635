"""How the reader that `answer` ships is trained and measured.  Nothing of the product imports it."""
