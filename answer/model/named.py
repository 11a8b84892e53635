"""A language model by the name that a user gives it, and what every one of them does."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from answer.errors import ModelError
from answer.record import Usage

SECONDS = 60.0
TOKENS = 1024
Message = Mapping[str, str]
Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model said, whole, and the tokens that it took; None where its server does not tell."""

    text: str
    usage: Usage | None = None


class Model(Protocol):
    """Replies to a conversation of `role` and `content`; `name` is what a user called it by."""

    name: str

    def complete(self, messages: Sequence[Message], schema: Schema | None = None) -> Reply:
        """The whole reply: a JSON object of `schema`, where there is one and the model can be held to it.

        Raises ModelError where there is none, or only a part of one.
        """
        ...


def open_model(name: str, base_url: str | None = None, environment: Mapping[str, str] = os.environ) -> Model:
    """What `openai:NAME` or `transformers:FOLDER` names.

    `base_url` is where an OpenAI-compatible server is, such as http://localhost:11434/v1.  Its key is IBID_API_KEY or
    OPENAI_API_KEY of the environment.  Raises ModelError.
    """
    kind, _, which = name.partition(":")
    if not which or kind not in ("openai", "transformers"):
        raise ModelError(f"no model {name!r}; give openai:NAME or transformers:FOLDER")
    if kind == "openai":
        from answer.model.served import OPENAI, ServedModel

        key = environment.get("IBID_API_KEY") or environment.get("OPENAI_API_KEY") or None
        return ServedModel(which, base_url or OPENAI, key)
    if base_url:
        raise ModelError("a model in process has no address; leave out --base-url, or give openai:NAME")
    from answer.model.local import LocalModel

    return LocalModel(Path(which))
