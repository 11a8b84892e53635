"""ibid beside what else is used for the same: `python -m bench.peers`."""
