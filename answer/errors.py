"""What can go wrong while a question is answered.

AnswerError
├── QuestionError   the question cannot be answered as it is: empty, too long, or not text
├── RecordError     a stored answer cannot be read
├── ReaderError     the reader cannot be loaded, or its weights are not the ones expected
├── ModelError      the language model cannot be used, or gave no whole answer
└── DamagedPackage  a file that comes with the package is not what it was
"""


class AnswerError(Exception):
    """Base of the family; the message says what happened and what mends it."""


class QuestionError(AnswerError):
    """The question is empty, too long, or not text."""


class RecordError(AnswerError):
    """A stored answer is not an answer record."""


class ReaderError(AnswerError):
    """The reader cannot be loaded or trusted."""


class ModelError(AnswerError):
    """The language model cannot be used, or gave no whole answer."""


class DamagedPackage(AnswerError):
    """A file that comes with the package is missing, or not what was fitted."""
