"""Headings and definitions become questions, or nothing."""

from __future__ import annotations

import pytest
from leaflets import document

from answer.suggest.frames import candidates
from answer.suggest.prose import Prose

NAMES = ("drobline", "quellin")


def asked(text: str, common: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """The ways to ask of each candidate, of a document in Markdown."""
    read = document(text, "guide")
    return [c.questions for c in candidates(read, Prose(read, NAMES.__contains__), common)]


def of(heading: str, text: str) -> tuple[str, ...]:
    """The ways to ask of a section of a guide."""
    found = asked(f"# Owners' Guide\n\nKeep it by the bath.\n\n## {heading}\n\n{text}\n")
    return found[0] if found else ()


@pytest.mark.parametrize(
    ("heading", "question"),
    [
        ("May I bring a dog?", "May I bring a dog?"),
        ("3. May I bring a dog?", "May I bring a dog?"),
        ("Who may bring a dog", "Who may bring a dog?"),
        ("What is not covered", "What is not covered?"),
        ("How a boat is to be moored", "How is a boat to be moored?"),
        ("What you may bring", "What may I bring?"),
        ("Where to moor your boat", "Where should I moor my boat?"),
        ("How to moor your boat", "How do I moor my boat?"),
        ("How often to oil the winch", "How often should I oil the winch?"),
        ("Moor the boat", "How do I moor the boat?"),
    ],
)
def test_a_heading_that_asks_or_says_what_it_answers_is_a_question(heading: str, question: str) -> None:
    assert of(heading, "You have to moor it to the ring, with a dog on board or without one.") == (question,)


@pytest.mark.parametrize(
    ("heading", "text", "name"),
    [
        ("Mooring rings", "Moor to the mooring rings by day.", "mooring rings"),
        ("MOORING RINGS", "Moor to the rings by day.", "mooring rings"),
        ("DROBLINE RINGS", "The rings are of brass.", "DROBLINE rings"),
        ("Norse-built boats", "The boats are from the Norse.", "Norse-built boats"),
        ("HTTPS rings", "The rings are of https, not of brass.", "HTTPS rings"),
        ("Sails", "See the Sails. Reef the sails. Sail by the Sails.", "sails"),
        ("NET rings", "The rings are of brass.", "NET rings"),
        ("4.2. Mooring Rings", "Moor to the rings by day.", "mooring rings"),
        ("Chapter 3: Mooring rings", "Moor to the rings by day.", "mooring rings"),
        ("Diesel pump", "Every spring the diesel pump is cleaned.", "the diesel pump"),
        ("Diesel (red)", "It runs on diesel. Without diesel, row.", "diesel"),
        ("Drobline (Quellin)", "Give it drobline. With drobline it swells.", "drobline"),
        ("Writing a log", "The log has a page a day.", "writing a log"),
        ("The log and your crew", "The log has a page a day.", "the log and my crew"),
        ("Rings, oars and sails", "The rings are of brass.", "rings, oars and sails"),
        ("Pump and rings", "First the pump, then the rings.", "the pump and rings"),
    ],
)
def test_what_a_heading_names_is_written_as_in_a_sentence(heading: str, text: str, name: str) -> None:
    assert f"What does “Owners' Guide” say about {name}?" in of(heading, text)


@pytest.mark.parametrize(
    "heading",
    [
        *(
            "OK",
            "Overview",
            "In the cold",
            "When water is short",
            "If it sinks",
            "Pump",
            "ERR_NO_PUMP",
            "moor(ring, 3)",
        ),
        *("readPump values", "3.2.1 (6 May 2025)", "2025", "The crew is tired", "What we record", "Is this safe?"),
        *("That is a fine boat! Is it yours?", "How long boats last", "--pump", "Moor and", "Sink the"),
    ],
)
def test_what_would_be_no_good_question_is_passed_over(heading: str) -> None:
    assert of(heading, "Pump it out, says the crew, and moor by day. OK means that the boat was read.") == ()


def test_a_heading_of_which_its_section_says_nothing_is_passed_over() -> None:
    assert of("Mooring rings", "Moor to the rings.") and not of("Mooring rings", "See the next page.")


def test_an_ordinary_word_is_asked_of_its_document_first_and_a_telling_name_by_itself() -> None:
    assert of("Rings", "The rings are of brass.")[0] == "What does “Owners' Guide” say about rings?"
    assert of("Brass rings", "The rings are of brass.")[0] == "What should I know about brass rings?"
    assert of("Drobline", "Take drobline with water.")[0] == "What should I know about drobline?"


def test_a_list_of_what_its_heading_names_is_asked_for() -> None:
    listed = "The fault codes:\n\n- E1 is the pump\n- E2 is the winch"
    assert of("Fault codes", listed)[0] == "What are the fault codes?"
    assert "What are the fault codes?" not in of("Fault codes", "The winch shows fault codes when it is stuck.")
    assert of("Colours of the flag", "It has the colours of the flag.")[0] == "What are the colours of the flag?"


def test_a_heading_below_another_is_asked_of_that_where_the_text_joins_them_so() -> None:
    text = "# Drugs\n\nSome.\n\n## Quellin\n\nOf quellin.\n\n### Side effects\n\nSide effects{} are mild.\n"
    joined = "What are the side effects of quellin?"
    assert joined in asked(text.format(" of quellin"))[-1]
    assert all(joined not in questions for questions in asked(text.format("")))


def test_a_heading_that_other_documents_have_too_is_asked_of_its_own() -> None:
    text = "# Owners' Guide\n\nKeep it.\n\n## Mooring rings\n\nMoor to the rings.\n"
    assert asked(text, ("Mooring rings",)) == [("What does “Owners' Guide” say about mooring rings?",)]


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("Quellin is a resin. Give it quellin.", "What is quellin?"),
        ("Drobline (Dro) is a resin. Give it drobline.", "What is drobline?"),
        ("“Crew” means all hands.", "What does “Crew” mean?"),
        ("Winches are drums that wind a rope. Oil the winches.", None),
        ("This is a resin.", None),
        ("Quellin is cheap. Give it quellin.", None),
    ],
)
def test_what_the_text_says_what_it_is_is_asked_for(text: str, question: str | None) -> None:
    assert asked(f"# Boats\n\nFirst.\n\n## In port\n\n{text}\n") == ([(question,)] if question else [])


def test_what_a_section_defines_that_is_headed_so_is_asked_once() -> None:
    found = asked("# Boats\n\nFirst.\n\n## Winches\n\nWinches are drums that wind a rope. Oil the winches.\n")
    assert [questions[0] for questions in found] == ["What are winches?"]


def test_another_language_is_not_put_into_english_frames() -> None:
    assert not asked(
        "# Bootsordnung\n\nDas Boot liegt im Hafen und wird jeden Tag gereinigt.\n\n## Gebühren\n\nDie Gebühren werden "
        "im Voraus bezahlt, und zwar an den Verein.\n\n## Was ist erlaubt?\n\nErlaubt ist das Angeln vom Steg aus.\n"
    )


def test_the_answer_to_a_title_may_stand_anywhere_and_that_to_a_heading_below_it() -> None:
    sections = ["# Is sailing safe?", "First.", "## Who may sail", "All.", "### At night", "None."]
    read = document("\n\n".join([*sections, "## What is not covered", "Salt."]), "guide")
    whole, sail, salt = candidates(read, Prose(read, NAMES.__contains__))
    assert (whole.start, whole.end) == (0, len(read.text))
    assert read.text[sail.start : sail.end].endswith("None.\n\n") and salt.start == sail.end
