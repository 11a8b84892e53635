"""A language model in this process."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Any

from answer.errors import ModelError
from answer.model.named import SECONDS, TOKENS, Message, Reply, Schema
from answer.record import Usage


class LocalModel:
    """A causal language model of transformers, from a folder; nothing is downloaded."""

    def __init__(self, folder: Path, seconds: float = SECONDS, tokens: int = TOKENS) -> None:
        """Load the model in `folder`, which writes for at most `seconds`, and at most `tokens`.

        Raises ModelError where there is none.
        """
        self.name = f"transformers:{folder}"
        self._seconds, self._tokens, self._lock = seconds, tokens, Lock()
        if not (folder / "config.json").is_file():
            raise ModelError(f"{folder} holds no transformers model; give the folder that has its config.json")
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
        try:
            from transformers import AutoModelForCausalLM, AutoTokenizer

            self._tokenizer: Any = AutoTokenizer.from_pretrained(folder, local_files_only=True)
            self._model: Any = AutoModelForCausalLM.from_pretrained(folder, local_files_only=True, use_safetensors=True)
            self._model.eval()  # type: ignore[no-untyped-call]
        except ImportError as error:
            raise ModelError(f"{folder} needs what is not installed ({error}); install it with pip") from error
        except (OSError, ValueError, RuntimeError, KeyError) as error:
            why = str(error).split("\n")[0]
            raise ModelError(f"{folder} cannot be loaded ({why}); give a folder with a causal model") from error

    def complete(self, messages: Sequence[Message], schema: Schema | None = None) -> Reply:
        """The whole reply; it cannot be held to `schema`."""
        import torch

        given = self._tokenizer(self._prompt(messages), return_tensors="pt", add_special_tokens=not self._has_template)
        size = int(given["input_ids"].shape[1])
        room = int(getattr(self._model.config, "max_position_embeddings", None) or size + self._tokens)
        if size + self._tokens > room:
            raise ModelError(f"it reads {room:,} tokens, and {size:,} with {self._tokens:,} to write are needed")
        ends = self._model.generation_config.eos_token_id
        pad = self._tokenizer.pad_token_id if self._tokenizer.pad_token_id is not None else 0
        try:
            with self._lock, torch.inference_mode():
                written = self._model.generate(
                    **given, max_new_tokens=self._tokens, max_time=self._seconds, do_sample=False, pad_token_id=pad
                )
        except (RuntimeError, ValueError, IndexError) as error:
            raise ModelError(f"it failed ({type(error).__name__})") from error
        tokens = written[0, size:].tolist()
        if not tokens or tokens[-1] not in (ends if isinstance(ends, list) else [ends]):
            raise ModelError(f"it did not come to an end within {self._tokens:,} tokens or {self._seconds:g} s")
        return Reply(str(self._tokenizer.decode(tokens, skip_special_tokens=True)), Usage(size, len(tokens)))

    @property
    def _has_template(self) -> bool:
        return bool(getattr(self._tokenizer, "chat_template", None))

    def _prompt(self, messages: Sequence[Message]) -> str:
        if not self._has_template:
            return "\n\n".join(message["content"] for message in messages) + "\n\nAnswer:"
        try:
            return str(self._tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True))
        except Exception as error:  # a template is a program of the model's maker, and Jinja's errors are not ours
            raise ModelError(f"its chat template cannot be used ({type(error).__name__})") from error
