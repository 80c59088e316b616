"""The shape of a question in our own format: where its texts stand, what may be left out. Pure.

A question here is the mapping of its file with every text as {language: text}, defaults left out:
`canonical()` brings published data and imported values into this one form, so that two questions
are the same exactly when they are equal.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from training_platform.core.kinds import LANGUAGES
from training_platform.core.yaml_files import Place
from training_platform.studio.formats.markup import ByLanguage

Question = dict[str, Any]

#: The order of the keys in a file; then whatever else there is.
KEYS = (
    "id", "kind", "skills", "lesson", "difficulty", "source", "stem", "explanation", "options",
    "shuffle", "partial", "answer", "why", "tolerance", "unit", "accepted", "wrong", "pairs",
    "extra", "items", "text", "gaps",
)  # fmt: skip
_KEYS_OF_ENTRIES = ("forms", "text", "left", "right", "correct", "accepted", "choices", "why")
_DEFAULTS: Mapping[str, Any] = {
    "correct": False,
    "shuffle": True,
    "partial": True,
    "tolerance": 0,
    "wrong": [],
    "extra": [],
}
_TEXTS = frozenset({"stem", "explanation", "source", "text", "why", "left", "right", "unit"})
_LISTS_OF_TEXTS = frozenset({"items", "extra"})
_LISTS = frozenset({"options", "wrong", "pairs", "gaps", "choices"})


def canonical(data: Mapping[str, Any]) -> Question:
    """Return a question without defaults, its keys in order, every text as {language: text}."""
    found = {
        key: _canonical_value(key, value)
        for key, value in data.items()
        if value is not None and not _is_default(key, value)
    }
    order = KEYS if "kind" in found else _KEYS_OF_ENTRIES
    known = [key for key in order if key in found]
    return {key: found[key] for key in [*known, *(key for key in found if key not in known)]}


def _is_default(key: str, value: Any) -> bool:
    return key in _DEFAULTS and type(value) in {bool, int, list} and value == _DEFAULTS[key]


def _canonical_value(key: str, value: Any) -> Any:
    if key in _TEXTS:
        return _text(value)
    if key in _LISTS_OF_TEXTS and isinstance(value, list):
        return [_text(each) for each in value]
    if key in _LISTS and isinstance(value, list):
        return [canonical(each) if isinstance(each, Mapping) else each for each in value]
    if key == "accepted" and isinstance(value, Mapping):
        return {name: value[name] for name in LANGUAGES if value.get(name)} or dict(value)
    return deepcopy(value)


def _text(value: Any) -> Any:
    if isinstance(value, str):
        return dict.fromkeys(LANGUAGES, value)
    if isinstance(value, Mapping):
        return {name: value[name] for name in LANGUAGES if value.get(name)} or dict(value)
    return value


def texts_of(question: Question) -> Iterator[tuple[Place, ByLanguage]]:
    """Yield every text with its place; a text is the mapping itself, to be changed in place."""
    yield from _texts_in(question, ())


def _texts_in(value: Mapping[str, Any], place: Place) -> Iterator[tuple[Place, ByLanguage]]:
    for key, each in value.items():
        there = (*place, key)
        if key in _TEXTS and isinstance(each, dict):
            yield there, each
        elif key in _LISTS_OF_TEXTS:
            yield from (
                ((*there, n), item) for n, item in enumerate(each) if isinstance(item, dict)
            )
        elif key in _LISTS and isinstance(each, list):
            for number, item in enumerate(each):
                if isinstance(item, dict):
                    yield from _texts_in(item, (*there, number))


def forms_of(question: Question) -> Iterator[tuple[Place, dict[str, list[str]]]]:
    """Yield the accepted forms by language, with their places."""
    if isinstance(question.get("accepted"), dict):
        yield ("accepted",), question["accepted"]
    for number, gap in enumerate(question.get("gaps", ())):
        if isinstance(gap, dict) and isinstance(gap.get("accepted"), dict):
            yield ("gaps", number, "accepted"), gap["accepted"]
