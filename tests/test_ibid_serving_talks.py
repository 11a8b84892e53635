"""Conversations that several servers go on with: the client carries them, signed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("fastapi", reason="there is no fastapi; install it with: pip install 'ibid[serve]'")

from live import Live, live, problem

from answer import Conversation
from ibid.conversations import Conversations, UnknownConversation
from ibid.http.gate import Rules
from ibid.http.talks import LONGEST_TOKEN, SignedTalks, Talk, Talks

KEY, OLD, STRANGE = (secrets.token_hex(32) for _ in range(3))
ALICE, BOB = {"Authorization": "Bearer 0123456789abcdef-alice"}, {"Authorization": "Bearer 0123456789abcdef-bob"}


def talk(*turns: tuple[str, str]) -> Talk:
    return Talk(Conversation.from_json(turns))


def test_what_is_carried_comes_back_on_another_server() -> None:
    turns = [("How is verdolin given?", "It is sprayed."), ("What are its drawbacks?", "Weiche Stängel – schwach. 🍅")]
    token = SignedTalks([KEY]).keep(talk(*turns))
    assert SignedTalks([KEY]).get(token).conversation == Conversation.from_json(turns)
    assert len(SignedTalks([KEY])) == 0


def test_a_token_holds_as_long_as_a_conversation_is_kept() -> None:
    now = [1000.0]
    talks = SignedTalks([KEY], 60, clock=lambda: now[0])
    token = talks.keep(talk(("Why?", "Because.")))
    now[0] += 60
    later = talks.keep(talks.get(token))
    now[0] += 1
    with pytest.raises(UnknownConversation, match="leave its id away"):
        talks.get(token)
    assert talks.get(later).conversation.to_json() == [("Why?", "Because.")]


def test_keys_are_changed_without_a_conversation_being_lost() -> None:
    before, between, after = SignedTalks([OLD]), SignedTalks([KEY, OLD]), SignedTalks([KEY])
    token = before.keep(talk(("Why?", "Because.")))
    renewed = between.keep(between.get(token))
    assert after.get(renewed).conversation.turns
    for server, given in ((after, token), (before, renewed), (SignedTalks([STRANGE]), token)):
        with pytest.raises(UnknownConversation):
            server.get(given)


def test_nothing_of_a_token_can_be_changed() -> None:
    talks = SignedTalks([KEY])
    token = talks.keep(talk(("Why?", "Because.")), holder="alice")
    version, body, signature = token.split(".")
    assert talks.get(token, "alice")
    carried = json.loads(zlib.decompress(base64.urlsafe_b64decode(body)))
    forged = base64.urlsafe_b64encode(zlib.compress(json.dumps(carried | {"until": 1e12}).encode())).decode()
    guesses = {token[:place] + other + token[place + 1 :] for place in range(len(token)) for other in "A0.-é\n \0"}
    guesses |= {token[:place] for place in range(len(token))} | {token + "A", token + ".", f" {token}", token.upper()}
    unkeyed = hmac.new(b"", body.encode(), hashlib.sha256).hexdigest()
    guesses |= {f"{version}.{forged}.{signature}", f"{version}.{body}.{unkeyed}"}
    for guess in [*(guesses - {token}), "\ud800", "1.\ud800.", "1..", "..", "x" * LONGEST_TOKEN]:
        with pytest.raises(UnknownConversation):
            talks.get(guess, "alice")


@pytest.mark.parametrize("talks", [SignedTalks([KEY]), Conversations[Talk]()], ids=["carried", "held"])
def test_a_conversation_is_of_who_began_it(talks: Talks) -> None:
    name = talks.keep(talk(("Why?", "Because.")), holder="alice")
    assert talks.get(name, "alice").conversation.turns
    for holder in ("bob", "", "alice\n"):
        with pytest.raises(UnknownConversation):
            talks.get(name, holder)


def test_the_oldest_turns_fall_off_where_a_token_would_be_too_long() -> None:
    talks = SignedTalks([KEY])
    turns = [(secrets.token_urlsafe(4000), "Because.") for _ in range(4)]
    token = talks.keep(talk(*turns))
    kept = talks.get(token).conversation.to_json()
    assert len(token) <= LONGEST_TOKEN
    assert 0 < len(kept) < 4 and kept == turns[-len(kept) :]
    assert talks.get(talks.keep(talk((secrets.token_urlsafe(20_000), "")))).conversation.turns == []


@contextmanager
def two(folder: Path, rules: Rules = Rules()) -> Iterator[tuple[Live, Live]]:  # noqa: B008 - frozen
    with ExitStack() as stack:
        one, other = (stack.enter_context(live(folder / n, rules, conversations=SignedTalks([KEY]))) for n in "ab")
        yield one, other


@pytest.mark.server
def test_a_follow_up_is_answered_by_any_server(tmp_path: Path) -> None:
    with two(tmp_path) as (one, other):
        first = one.ask("How is verdolin given?").json()
        followed = [
            server.ask("And its drawbacks?", conversation=first["conversation"]).json() for server in (other, one)
        ]
        for told in followed:
            assert told["resolved_question"] == "As for verdolin: And its drawbacks?"
            assert told["status"] == "answered" and told["conversation"] != first["conversation"]
        assert followed[0]["text"] == followed[1]["text"]
        # It was asked twice: each is a conversation of its own from there on, and the last turn is what counts.
        third = other.ask("How about quillex?", conversation=followed[1]["conversation"]).json()
        fourth = one.ask("And its drawbacks?", conversation=third["conversation"]).json()
        assert fourth["resolved_question"] == "As for quillex: And its drawbacks?"


@pytest.mark.server
def test_a_stream_carries_the_conversation_too(tmp_path: Path) -> None:
    with two(tmp_path) as (one, other):
        kind, record = one.events("How is verdolin given?")[-1]
        assert kind == "record"
        told = other.ask("And its drawbacks?", conversation=record["conversation"]).json()
        assert told["resolved_question"] == "As for verdolin: And its drawbacks?"


@pytest.mark.server
def test_a_token_that_is_none_is_told_and_no_fault(tmp_path: Path) -> None:
    strange = SignedTalks([STRANGE]).keep(talk(("Why?", "Because.")))
    expired = SignedTalks([KEY], 60, clock=lambda: 0.0).keep(talk(("Why?", "Because.")))
    with live(tmp_path, conversations=SignedTalks([KEY])) as server:
        for token in (
            strange,
            expired,
            "",
            "x",
            "1..",
            "1.é.é",
            "3rbm9RFiVgqKkqH0n8bTzPa1Xw5cYd2L",
            "1." + "A" * 16_000,
        ):
            told = problem(server.ask("And then?", conversation=token), 404, "no_conversation")
            assert "leave its id away" in told["mend"]
        body: Any = '{"question": "Why?", "conversation": "1.\\ud800."}'
        surrogate = server.client.post("/v1/answers", content=body, headers={"Content-Type": "application/json"})
        assert surrogate.status_code in (404, 422)
        problem(server.ask("And then?", conversation="x" * (LONGEST_TOKEN + 1)), 422, "wrong_field")
        longest = SignedTalks([KEY]).keep(talk(*[(secrets.token_urlsafe(3000), "") for _ in range(4)]))
        assert server.ask("🍅" * 2000, conversation=longest).status_code == 200


@pytest.mark.server
def test_a_conversation_is_gone_on_with_only_by_the_api_key_that_began_it(tmp_path: Path) -> None:
    keys = Rules([told["Authorization"].split()[1] for told in (ALICE, BOB)])
    for talks in (SignedTalks([KEY]), None):
        with live(tmp_path / str(talks), keys, conversations=talks) as server:
            asked: dict[str, Any] = {"question": "How is verdolin given?"}
            first = server.client.post("/v1/answers", json=asked, headers=ALICE).json()
            follow_up = {"question": "And its drawbacks?", "conversation": first["conversation"]}
            assert server.client.post("/v1/answers", json=follow_up, headers=ALICE).status_code == 200
            problem(server.client.post("/v1/answers", json=follow_up, headers=BOB), 404, "no_conversation")
            spaced = {"Authorization": ALICE["Authorization"].replace(" ", "   ")}
            assert server.client.post("/v1/answers", json=follow_up, headers=spaced).status_code == 200
