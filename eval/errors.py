"""What can go wrong while answers are scored.

EvalError
└── GoldError   a gold question cannot be read; names the file and the line
"""


class EvalError(Exception):
    """Base of the family; the message says what happened and what mends it."""


class GoldError(EvalError):
    """A gold file is not as it should be."""
