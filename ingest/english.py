"""The words of English as they are searched: terms, and those that say how a thing is asked and not what about."""

from __future__ import annotations

import re
from functools import cache, lru_cache

import tantivy

_SHORT = 40  # characters of a text whose terms are remembered

# The closed classes of English and the words that make a question of a statement: they say how a thing is asked, not
# what about.
_FUNCTION_WORDS = """
a about above after again all also am an and any anybody anyone anything are aren't as at be because been before
being below between both but by can can't cannot could couldn't did didn't do does doesn't doing don't down
during each either else ever every few for from further get gets getting give given go going got had has hasn't
have haven't having he her here hers him his how however i i'd i'll i'm i've if in into is isn't it it's its
itself just kind kinds know let like may me might mine more most much must my myself neither no nor not of off
often on once one ones only or other our ours out over own page please same say says shall she should shouldn't
so some someone something such tell than that that's the their theirs them then there these they thing things
this those through to too type types under until up upon us very was wasn't we were what what's when where
whether which while who whom whose why will with within without won't would wouldn't yes you your yours
"""
FUNCTION_WORDS = frozenset(_FUNCTION_WORDS.split())


@cache
def analyzer() -> tantivy.TextAnalyzer:
    """What makes terms of a text: lower case, without accents, stemmed (Snowball English)."""
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).filter(tantivy.Filter.lowercase())
    builder = builder.filter(tantivy.Filter.ascii_fold()).filter(tantivy.Filter.stemmer("english"))
    return builder.build()


def analyze(text: str) -> list[str]:
    """The terms of a text as the lexical index has them: see `analyzer`."""
    return list(_word_terms(text) if len(text) <= _SHORT else analyzer().analyze(text))


@lru_cache(maxsize=10_000)
def _word_terms(text: str) -> tuple[str, ...]:
    """The terms of a word or two, which come again and again."""
    return tuple(analyzer().analyze(text))


def query_terms(text: str) -> list[str]:
    """The terms to search for: `analyze` without function words, each once, in order."""
    parts = (part.strip("'’-") for part in re.split(r"[^\w'’-]+", text))
    words = [word for word in parts if word.lower().replace("’", "'") not in FUNCTION_WORDS]
    return list(dict.fromkeys(term for term in analyze(" ".join(words)) if len(term) > 1 or term.isdigit()))
