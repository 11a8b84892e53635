"""A generative model, if the user has one: it writes, and nothing of what it writes is believed."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import Any, Protocol
from urllib.parse import urlsplit

from answer.errors import GeneratorError
from answer.writer.stream import read_whole, told_by

OPENAI = "https://api.openai.com/v1"
SECONDS = 120.0
TOKENS = 1024
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
Message = Mapping[str, str]


class Generator(Protocol):
    """Writes the reply to a conversation of `role` and `content`; `name` is what a user called it by."""

    name: str

    def write(self, messages: Sequence[Message]) -> str:
        """The whole reply.  Raises GeneratorError where there is none, or only a part of one."""
        ...


def open_generator(name: str, base_url: str | None = None, environment: Mapping[str, str] = os.environ) -> Generator:
    """What `openai:MODEL` or `transformers:PATH` names.

    `base_url` is where an OpenAI-compatible server is, such as http://localhost:11434/v1.  Its key is IBID_API_KEY or
    OPENAI_API_KEY of the environment.  Raises GeneratorError.
    """
    kind, _, which = name.partition(":")
    if not which or kind not in ("openai", "transformers"):
        raise GeneratorError(f"no generator {name!r}; give openai:MODEL or transformers:PATH")
    if kind == "openai":
        key = environment.get("IBID_API_KEY") or environment.get("OPENAI_API_KEY") or None
        return ServedGenerator(which, base_url or OPENAI, key)
    if base_url:
        raise GeneratorError("a model in process has no address; leave out --base-url, or give openai:MODEL")
    return LocalGenerator(Path(which))


class ServedGenerator:
    """A model behind the chat completions of an OpenAI-compatible server."""

    def __init__(self, model: str, base_url: str, key: str | None = None, seconds: float = SECONDS) -> None:
        """Ask `model` at `base_url`, for at most `seconds` until it answers and as many until it is done.

        Raises GeneratorError where the address is none, or the key would travel in the clear.
        """
        self.name = f"openai:{model}"
        try:
            address = urlsplit(base_url)
            host, port = address.hostname, address.port
        except ValueError:
            host, port = None, None
        if not host or port == 0 or address.scheme not in ("http", "https") or address.query or address.fragment:
            raise GeneratorError(f"{base_url!r} is no address of a server; give one like http://localhost:11434/v1")
        if base_url == OPENAI and not key:
            raise GeneratorError("there is no key for api.openai.com; set OPENAI_API_KEY, or give --base-url")
        if key and not (key.isascii() and key.isprintable()):
            raise GeneratorError("the key for the server is not one line of plain characters; set IBID_API_KEY again")
        self._is_near = host in _LOOPBACK
        if key and address.scheme == "http" and not self._is_near:
            raise GeneratorError(f"the key would go to {host} in the clear; give an https address, or unset the key")
        self._model, self._key, self._seconds = model, key, seconds
        self._url = f"{base_url.rstrip('/')}/chat/completions"

    def write(self, messages: Sequence[Message]) -> str:
        """The whole reply."""
        import httpx

        asked = {
            "model": self._model,
            "messages": list(messages),
            "stream": True,
            "temperature": 0,
            "max_tokens": TOKENS,
        }
        headers = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        try:
            # What is on this machine is never asked by way of a proxy.
            with (
                httpx.Client(timeout=self._seconds, trust_env=not self._is_near, follow_redirects=False) as client,
                client.stream("POST", self._url, json=asked, headers=headers) as response,
            ):
                body = read_whole(response, self._seconds)
        except httpx.TimeoutException as error:
            raise GeneratorError(f"it did not answer within {self._seconds:g} s") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise GeneratorError(f"its server cannot be reached, or broke off ({type(error).__name__})") from error
        if response.status_code != httpx.codes.OK:
            raise GeneratorError(f"its server said {response.status_code} {response.reason_phrase}".rstrip())
        return told_by(body)


class LocalGenerator:
    """A causal language model of transformers, in this process, from a folder; nothing is downloaded."""

    def __init__(self, folder: Path, seconds: float = SECONDS, tokens: int = TOKENS) -> None:
        """Load the model in `folder`, which writes for at most `seconds`, and at most `tokens`.

        Raises GeneratorError where there is none.
        """
        self.name = f"transformers:{folder}"
        self._seconds, self._tokens, self._lock = seconds, tokens, Lock()
        if not (folder / "config.json").is_file():
            raise GeneratorError(f"{folder} holds no transformers model; give the folder that has its config.json")
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        try:
            from transformers import AutoModelForCausalLM, AutoTokenizer

            self._tokenizer: Any = AutoTokenizer.from_pretrained(folder, local_files_only=True)
            self._model: Any = AutoModelForCausalLM.from_pretrained(folder, local_files_only=True, use_safetensors=True)
            self._model.eval()  # type: ignore[no-untyped-call]
        except ImportError as error:
            raise GeneratorError(f"{folder} needs what is not installed ({error}); install it with pip") from error
        except (OSError, ValueError, RuntimeError, KeyError) as error:
            why = str(error).split("\n")[0]
            raise GeneratorError(f"{folder} cannot be loaded ({why}); give a folder with a causal model") from error

    def write(self, messages: Sequence[Message]) -> str:
        """The whole reply."""
        import torch

        given = self._tokenizer(self._prompt(messages), return_tensors="pt", add_special_tokens=not self._has_template)
        size = int(given["input_ids"].shape[1])
        room = int(getattr(self._model.config, "max_position_embeddings", None) or size + self._tokens)
        if size + self._tokens > room:
            raise GeneratorError(f"it reads {room:,} tokens, and {size:,} with {self._tokens:,} to write are needed")
        ends = self._model.generation_config.eos_token_id
        pad = self._tokenizer.pad_token_id if self._tokenizer.pad_token_id is not None else 0
        try:
            with self._lock, torch.inference_mode():
                written = self._model.generate(
                    **given, max_new_tokens=self._tokens, max_time=self._seconds, do_sample=False, pad_token_id=pad
                )
        except (RuntimeError, ValueError, IndexError) as error:
            raise GeneratorError(f"it failed ({type(error).__name__})") from error
        tokens = written[0, size:].tolist()
        if not tokens or tokens[-1] not in (ends if isinstance(ends, list) else [ends]):
            raise GeneratorError(f"it did not come to an end within {self._tokens:,} tokens or {self._seconds:g} s")
        return str(self._tokenizer.decode(tokens, skip_special_tokens=True))

    @property
    def _has_template(self) -> bool:
        return bool(getattr(self._tokenizer, "chat_template", None))

    def _prompt(self, messages: Sequence[Message]) -> str:
        if not self._has_template:
            return "\n\n".join(message["content"] for message in messages) + "\n\nAnswer:"
        try:
            return str(self._tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True))
        except Exception as error:  # a template is a program of the model's maker, and Jinja's errors are not ours
            raise GeneratorError(f"its chat template cannot be used ({type(error).__name__})") from error
