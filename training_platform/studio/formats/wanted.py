"""What a question needs: what is merely missing in a draft, and what makes it none. Pure."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from training_platform.core.kinds import LANGUAGES
from training_platform.core.yaml_files import Place, key_of
from training_platform.studio.formats import shape
from training_platform.studio.formats.results import Missing, RefusedError

#: kind: the key that lists what is offered, the least and the most of it.
_COUNTS: Mapping[str, tuple[str, int, int]] = {
    "single_choice": ("options", 3, 5),
    "multiple_choice": ("options", 3, 5),
    "matching": ("pairs", 3, 6),
    "ordering": ("items", 3, 7),
    "gap_text": ("gaps", 1, 8),
}
_STAND_IN = "…"


def expect_whole(question: Mapping[str, Any]) -> None:
    """Refuse, with a reason of its own, what no translation could mend."""
    if not question.get("stem"):
        raise RefusedError("empty_stem")
    kind = question["kind"]
    if kind in _COUNTS:
        _expect_count(*_COUNTS[kind], question)
    if kind == "short_answer" and not any(question.get("accepted", {}).values()):
        raise RefusedError("no_answer")
    for options in _choices(question):
        _expect_answers(kind, options)
    _expect_different(question)


def _expect_count(key: str, least: int, most: int, question: Mapping[str, Any]) -> None:
    entries = question.get(key, [])
    if len(entries) < least:
        raise RefusedError("too_few", count=len(entries), least=least)
    if len(entries) > most:
        raise RefusedError("too_many_options", count=len(entries), most=most)
    for entry in entries:
        sides = [entry[side] for side in ("text", "left", "right") if side in entry]
        if (key == "items" and not entry) or not all(sides):
            raise RefusedError("empty_option")


def _choices(question: Mapping[str, Any]) -> Iterator[list[dict[str, Any]]]:
    if "options" in question:
        yield question["options"]
    yield from (gap["choices"] for gap in question.get("gaps", ()) if "choices" in gap)


def _expect_answers(kind: str, options: list[dict[str, Any]]) -> None:
    right = sum(bool(option.get("correct")) for option in options)
    if right == 0:
        raise RefusedError("no_answer")
    if right == len(options):
        raise RefusedError("all_right")
    if kind != "multiple_choice" and right > 1:
        raise RefusedError("several_answers")


def _expect_different(question: Mapping[str, Any]) -> None:
    pairs = question.get("pairs", ())
    groups = [
        *([option["text"] for option in options] for options in _choices(question)),
        list(question.get("items", ())),
        [pair["left"] for pair in pairs],
        [*(pair["right"] for pair in pairs), *question.get("extra", ())],
    ]
    for texts in groups:
        for language in LANGUAGES:
            seen: set[str] = set()
            for text in texts:
                if (said := text.get(language)) in seen:
                    raise RefusedError("doubled", said=said)
                if said:
                    seen.add(said)


def missing_of(question: Mapping[str, Any]) -> tuple[Missing, ...]:
    """Return what a draft lacks: whole keys, and texts in one language; sorted."""
    found = [Missing(key_of(place)) for place in _missing_keys(question)]
    for place, text in shape.texts_of(dict(question)):
        found += [Missing(key_of(place), name) for name in LANGUAGES if not text.get(name)]
    for place, forms in shape.forms_of(dict(question)):
        found += [Missing(key_of(place), name) for name in LANGUAGES if not forms.get(name)]
    return tuple(sorted(found))


def _missing_keys(question: Mapping[str, Any]) -> Iterator[Place]:
    yield from ((key,) for key in ("skills", "difficulty", "explanation") if not question.get(key))
    if question["kind"] == "true_false" and not question.get("why"):
        yield ("why",)
    for place, entry in _explained(question):
        if not entry.get("why"):
            yield (*place, "why")


def _explained(question: Mapping[str, Any]) -> Iterator[tuple[Place, dict[str, Any]]]:
    """Yield what must say why it is wrong."""
    for number, entry in enumerate(question.get("wrong", ())):
        yield ("wrong", number), entry
    lists: list[tuple[Place, list[dict[str, Any]]]] = [(("options",), question.get("options", []))]
    for number, gap in enumerate(question.get("gaps", ())):
        lists.append((("gaps", number, "choices"), gap.get("choices", [])))
    for place, options in lists:
        for number, option in enumerate(options):
            if not option.get("correct"):
                yield (*place, number), option


def fill_in(question: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy in which something stands wherever something is missing.

    The check then tells every mistake that is not just a missing text.
    """
    whole = deepcopy(dict(question))
    blank = dict.fromkeys(LANGUAGES, _STAND_IN)
    for place in list(_missing_keys(whole)):
        target: Any = whole
        for step in place[:-1]:
            target = target[step]
        stand_ins = {"skills": ["x"], "difficulty": "foundation"}
        target[place[-1]] = stand_ins.get(str(place[-1]), dict(blank))
    for _place, text in shape.texts_of(whole):
        _complete(text)
    for _place, forms in shape.forms_of(whole):
        _complete(forms)
    return whole


def _complete(both: dict[str, Any]) -> None:
    there = next((both[name] for name in LANGUAGES if both.get(name)), _STAND_IN)
    for language in LANGUAGES:
        both[language] = both.get(language) or there
