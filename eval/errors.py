"""What can go wrong while answers are scored.

EvalError
├── GoldError     a gold question cannot be read; names the file and the line
├── RunError      a stored run, or a file of one, is missing, unfinished or damaged
└── DatasetError  a public test set is not where it should be, or not as it should be
"""


class EvalError(Exception):
    """Base of the family; the message says what happened and what mends it."""


class GoldError(EvalError):
    """A gold file is not as it should be."""


class RunError(EvalError):
    """A stored run cannot be read."""


class DatasetError(EvalError):
    """A test set cannot be read."""
