"""What is taken and given in the form of OpenAI's chat completions, as far as it means something here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

MODEL = "ibid"
_TEXT = "text"


class Part(BaseModel):
    """A part of a message; only those of text are read."""

    type: str
    text: str = ""


class Message(BaseModel):
    """What was said in a conversation, and by whom.  Only what users and assistants say is read."""

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: str | list[Part] | None = None

    @property
    def is_text(self) -> bool:
        """Whether it is text and nothing else."""
        return not isinstance(self.content, list) or all(part.type == _TEXT for part in self.content)

    @property
    def text(self) -> str:
        """Its text."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.type == _TEXT)
        return self.content or ""


class StreamOptions(BaseModel):
    """What a stream has beside the answer."""

    include_usage: bool = False


class Completing(BaseModel):
    """A conversation, of which the last message is the question; what else a client sends is ignored."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"model": MODEL, "messages": [{"role": "user", "content": "What is octreotide?"}]}]
        }
    )

    model: Annotated[str, Field(description=f"{MODEL}, which is the only one.")] = MODEL
    messages: Annotated[list[Message], Field(min_length=1, description="The conversation so far, oldest first.")]
    stream: Annotated[bool | None, Field(description="Give the answer piece by piece, as server-sent events.")] = None
    stream_options: StreamOptions | None = None
    n: Annotated[int | None, Field(ge=1, le=1, description="There is one answer.")] = None


@dataclass(frozen=True, slots=True)
class Said:
    """The answer as Markdown: statements with the numbers of their citations, notices, and the sources."""

    role: Literal["assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Choice:
    """The one answer."""

    index: int
    message: Said
    finish_reason: Literal["stop"]
    logprobs: None = None


@dataclass(frozen=True, slots=True)
class Usage:
    """How long the messages and the answer are, in words."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int

    @classmethod
    def of(cls, messages: list[Message], text: str) -> Usage:
        """Count."""
        asked, told = sum(len(message.text.split()) for message in messages), len(text.split())
        return cls(asked, told, asked + told)


@dataclass(frozen=True, slots=True)
class Completion:
    """An answer; `system_fingerprint` is the generation that was answered from."""

    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    system_fingerprint: str
    choices: tuple[Choice, ...]
    usage: Usage


@dataclass(frozen=True, slots=True)
class Model:
    """What can be asked."""

    id: str
    object: Literal["model"]
    created: int
    owned_by: str


@dataclass(frozen=True, slots=True)
class Models:
    """The one model."""

    object: Literal["list"]
    data: tuple[Model, ...]


class Fault(BaseModel):
    """What went wrong, and what mends it; the header X-Request-ID names the request."""

    message: str
    type: str
    param: str | None
    code: str


class FaultRecord(BaseModel):
    """An error as OpenAI's API tells it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "error": {
                        "message": f"there is no such model; ask for {MODEL}",
                        "type": "invalid_request_error",
                        "param": None,
                        "code": "model_not_found",
                    }
                }
            ]
        }
    )

    error: Fault
