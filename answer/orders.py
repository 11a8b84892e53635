"""Sentences of a source that give orders to whom they are read by: never quoted, since they say nothing of the matter.

Indirect prompt injection (Greshake et al. 2023) hides such orders in what a system retrieves.  An answer that only
quotes cannot obey them, but it could pass them on.
"""

from __future__ import annotations

import json
import re
from typing import Any

_MACHINE = r"(?:AIs?|A\.I\.|artificial\sintelligence|language\smodels?|LLMs?|chat-?bots?|assistants?|AI\ssystems?)"
_ORDERS = re.compile(
    rf"""
      \b(?:ignore|disregard|forget|override|bypass)\b [^.!?\n]{{0,40}} \b(?:instructions?|prompts?|guidelines|above)\b
    | \b(?:system|developer|hidden)\s(?:message|prompt|note|instruction|override)s?\s*:
    | \b(?:note|message|instructions?|attention|warning|memo|comment)\s(?:to|for)\s(?:(?:all|any|the|every)\s)?
      {_MACHINE}\b
    | \b{_MACHINE}\b [^.!?\n]{{0,30}} (?::|\b(?:must|shall|should|have\sto|are\sto|is\sto)\b)
      [^.!?\n]{{0,40}} \b(?:answer|reply|respond|say|tell|state|claim|recommend|cite)\b
    | \byou\sare\s(?:now\s)?(?:an?\s)?(?:{_MACHINE}|in\s\w+\smode)\b
    | (?:\A|[:;,]\s*)always\s(?:answer|reply|respond|say|state|claim|tell)\b
    """,
    re.IGNORECASE | re.VERBOSE,
)

# Brackets and bars make the marks by which a chat template tells roles apart; in data they are written as escapes.
_ESCAPES = {ord(character): f"\\u{ord(character):04x}" for character in "<>[]|｜`"}


def gives_orders(text: str) -> bool:
    """Whether a text of a source speaks to the machine that reads it, and tells it what to say."""
    return bool(_ORDERS.search(text))


def as_data(value: dict[str, Any]) -> str:
    """A JSON object for a language model, of texts and objects alone, none of which can pose as a turn of the talk."""
    return json.dumps(value, ensure_ascii=False).translate(_ESCAPES)
