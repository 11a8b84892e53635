"""A conversation becomes an Answer whose every statement is cited."""

from answer.answerer import Answerer
from answer.conversation import Conversation
from answer.display import Line, answer_lines, source_facts
from answer.errors import AnswerError, ModelError, QuestionError, ReaderError, RecordError
from answer.evidence import Evidence
from answer.memory import Memory
from answer.model.named import Message, Model, Reply, Schema, open_model
from answer.orders import gives_orders
from answer.question import LONGEST_QUESTION, check_question
from answer.reader import Reader, Reading, Stretch
from answer.reader.adapted import reader_weights
from answer.reader.exporting import export_reader
from answer.record import Answer, Citation, Remark, Stage, Statement, Usage
from answer.resolver import Resolver
from answer.verify import Verdict, generated, read_record, verify

__all__ = [
    "LONGEST_QUESTION",
    "Answer",
    "AnswerError",
    "Answerer",
    "Citation",
    "Conversation",
    "Evidence",
    "Line",
    "Memory",
    "Message",
    "Model",
    "ModelError",
    "QuestionError",
    "Reader",
    "ReaderError",
    "Reading",
    "RecordError",
    "Remark",
    "Reply",
    "Resolver",
    "Schema",
    "Stage",
    "Statement",
    "Stretch",
    "Usage",
    "Verdict",
    "answer_lines",
    "check_question",
    "export_reader",
    "generated",
    "gives_orders",
    "open_model",
    "read_record",
    "reader_weights",
    "source_facts",
    "verify",
]
