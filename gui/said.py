"""What core said in English and the outbox keeps, as it is said in the person's language."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from string import Formatter

from PySide6.QtCore import QCoreApplication

from core.words import PARTS, SENTENCES

_translate = QCoreApplication.translate

#: Longer than any sentence of core with its values; a server may say more.
_MOST_CHARACTERS = 2000
#: Values that core puts into words itself; the others are names, numbers and what a server or a person wrote.
_WORDS_OF_CORE = frozenset({"why", "where", "wanted"})


def said(sentence: str) -> str:
    """Return what core said, in the language of the moment with the same values; any other text as it is."""
    found = _source_of(sentence)
    if found is None:
        return sentence
    return filled(found.words, dict(found.values))


def filled(words: str, values: Mapping[str, str]) -> str:
    """Return a sentence of `core.words` in the language of the moment, filled in; what core wrote into it too."""
    # The sources of this context are the tables of core.words: the same for the window and the command line.
    sentence = _translate("Sentence", words)
    return sentence.format_map(
        {name: said(str(value)) if name in _WORDS_OF_CORE else value for name, value in values.items()}
    )


@dataclass(frozen=True)
class _Source:
    """The words of a table that a sentence was made of, and what was filled in."""

    words: str
    values: tuple[tuple[str, str], ...]


@lru_cache(maxsize=512)
def _source_of(sentence: str) -> _Source | None:
    """Find what a sentence was made of: rows of the list ask for it at each painting."""
    if not 0 < len(sentence) <= _MOST_CHARACTERS:
        return None
    for form in _forms():
        if form.longest in sentence and (match := form.pattern.fullmatch(sentence)):
            return _Source(form.words, tuple(match.groupdict().items()))
    return None


@dataclass(frozen=True)
class _Form:
    words: str
    #: The longest of its parts that are always the same: looked for first, since most sentences lack it.
    longest: str
    pattern: re.Pattern[str]


@lru_cache(maxsize=1)
def _forms() -> tuple[_Form, ...]:
    """Return how each sentence looks, the most telling first: another may fit into the gap of one that says less."""
    forms = []
    for words in dict.fromkeys((*SENTENCES.values(), *PARTS)):
        parts = list(Formatter().parse(words))
        literals = [literal for literal, *_ in parts]
        if not any(map(str.isalpha, "".join(literals))):
            continue  # "{address}: {why}" says nothing of its own
        forms.append((sum(map(len, literals)), _Form(words, max(literals, key=len), _pattern(parts))))
    return tuple(form for _, form in sorted(forms, key=lambda each: -each[0]))


def _pattern(parts: list[tuple[str, str | None, str | None, str | None]]) -> re.Pattern[str]:
    pattern, seen = "", set[str]()
    for literal, name, *_ in parts:
        pattern += re.escape(literal)
        if name is not None:
            pattern += f"(?P={name})" if name in seen else f"(?P<{name}>.+?)"
            seen.add(name)
    return re.compile(pattern, re.DOTALL)
