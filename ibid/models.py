"""The language model that a user names, if any, and what it is for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from answer import Model


@dataclass(frozen=True, slots=True)
class ModelOptions:
    """A language model by name, openai:NAME or transformers:FOLDER, which points and, with `write`, writes too.

    `base_url` is where the server of openai:NAME is.  Without a name there is none.
    """

    name: str | None = None
    base_url: str | None = None
    write: bool = False

    @property
    def does(self) -> Literal["off", "points", "writes"]:
        """What the model does."""
        return "off" if not self.name else "writes" if self.write else "points"

    def to_json(self) -> dict[str, Any]:
        """What a run is told to have been made with; empty without a model."""
        return {"model": self.name, "base_url": self.base_url, "write": self.write} if self.name else {}

    def open(self) -> Model | None:
        """The model, loaded or ready to be asked; None where none is named.  Raises ModelError."""
        if not self.name:
            return None
        from answer import open_model
        from ibid.progress import waiting

        with waiting("Opening the model"):
            return open_model(self.name, self.base_url)
