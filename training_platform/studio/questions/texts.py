"""What the form of a question calls things, and its mistakes in plain words beside their fields."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from training_platform.core.kinds import Mistake
from training_platform.studio.mistake_words import sentence
from training_platform.studio.questions.values import fields_of, unshown
from training_platform.studio.questions.warnings import Flaw, Hint

KINDS = [
    ("single_choice", _l("One answer")),
    ("multiple_choice", _l("Several answers")),
    ("true_false", _l("True or false")),
    ("short_answer", _l("Short answer")),
    ("numeric", _l("A number")),
    ("matching", _l("Matching")),
    ("ordering", _l("Put in order")),
    ("gap_text", _l("Fill the gaps")),
]
DIFFICULTIES = [
    ("foundation", _l("Foundation")),
    ("applied", _l("Application")),
    ("advanced", _l("Advanced")),
]
FLAWS: dict[Flaw, Any] = {
    Flaw.LONGEST: _l("The right answer is clearly the longest: it can be guessed."),
    Flaw.DENIED_TWICE: _l("This denies twice, and is easily misread:"),
    Flaw.GIVEN_AWAY: _l("These words of the question stand in the right answer only:"),
    Flaw.UNTRANSLATED: _l("This still lacks its translation:"),
    Flaw.ALIKE: _l("The bank has one that is much alike:"),
}
_FEWEST = re.compile(r"at least (\d+) item")
_MOST = re.compile(r"at most (\d+) item")
#: Fields beside which nothing is said; the sides of a text; rows that have a place of their own.
_SILENT = re.compile(r"^(?:shuffle|partial)$|-(?:count|correct|way)$")
_SIDE = re.compile(r"-(?:zh|en)$")
_IN_ROW = re.compile(r"^((?:(?:gaps-\d+-)?(?:options|choices)|items|extra)-\d+)-.*$")
#: What the checks say, by words of it, in plain words; the first that fits.
_PLAIN: tuple[tuple[str, Any], ...] = (
    ("without saying why", _l("Say why it is wrong.")),
    ("exactly one", _l("Mark exactly one answer as right.")),
    ("two or more correct", _l("Mark two or more as right, and leave at least one wrong.")),
    ("repeats", _l("This stands here twice. Nobody could tell the two apart.")),
    ("is no competency", _l("There is no such skill.")),
    ("is no lesson", _l("There is no published lesson with this id.")),
    ("one way to answer", _l("Give its right answers, or let it be chosen.")),
    ("neither true nor false", _l("Say which of the two.")),
    ("difficulty is not right", _l("Choose one from the list.")),
    ("lesson is not right", _l("There is no published lesson with this id.")),
    ("has the gaps", _l("Each gap stands once in the text, as {{1}}, {{2}} …")),
    ("valid number", _l("A number, such as 12 or 0.5.")),
    ("whole number", _l("A number, such as 12 or 0.5.")),
    ("greater than", _l("A number that is not below 0.")),
    ("is blank", _l("Fill this in.")),
    ("is no text", _l("Fill this in.")),
    ("is missing", _l("Fill this in.")),
)


def beside(mistakes: Iterable[Mistake], value: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the mistakes in plain words by the field that they stand beside; "" for none.

    What no field of the form shows stands beside the part that it belongs to, or above the form.
    """
    found: dict[str, list[str]] = defaultdict(list)
    shown = places_of(value)
    for each in sorted(mistakes):
        field, text = field_of(each), _plainly(each)
        while field not in shown:
            field = field.rpartition("-")[0]
        if text not in found[field]:
            found[field].append(text)
    return dict(found)


def field_of(mistake: Mistake) -> str:
    """Return the name of the form's field that a mistake belongs to; "" where it has none."""
    said = f"{mistake.problem} {mistake.expected}"
    name = re.sub(r"\[(\d+)\]", r"-\1", mistake.key).replace(".", "-")
    if "correct" in mistake.problem and "exactly one" in said and name.startswith("gaps-"):
        return f"{name}-choices"
    if "correct" in mistake.problem:
        return "options"
    return "" if name in ("file", "id") else name


def places_of(value: Mapping[str, Any]) -> set[str]:
    """Return where the form of this question says what is wrong: its fields, and some rows."""
    fields = [each for each in fields_of(value) if not _SILENT.search(each)]
    rows = [each for each in fields_of(value) if each.endswith("-count")]
    found = {"", *fields, *(_SIDE.sub("", each) for each in fields)}
    found |= {each.removesuffix("-count") for each in rows} - {"wrong", "extra"}
    return found | {_IN_ROW.sub(r"\1", each) for each in fields if _IN_ROW.match(each)}


def without_key(value: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return what is missing where nothing is marked as right, as beside() does.

    The checks first ask why each of them is wrong.
    """
    options = value.get("options") or []
    if value.get("kind") == "single_choice" and not any(each.get("correct") for each in options):
        return {"options": [_("Mark exactly one answer as right.")]}
    return {}


def why_only_text(value: Mapping[str, Any] | None) -> str:
    """Return why no form can show a question; None is a file that cannot be read."""
    said = _("This question can only be edited as text: something in its file cannot be read.")
    if value is not None:
        said = _(
            "This question can only be edited as text: the form cannot show “%(part)s”.",
            part=unshown(value),
        )
    return str(said)


def hint_text(hint: Hint) -> str:
    """Return what a hint says, with the words that it is about."""
    text = str(FLAWS[hint.flaw])
    return _("%(text)s “%(words)s”", text=text, words=hint.words) if hint.words else text


def _plainly(mistake: Mistake) -> str:
    said = f"{mistake.key} {mistake.problem} {mistake.expected}"
    if match := _FEWEST.search(said):
        return str(_("At least %(number)s.", number=match[1]))
    if match := _MOST.search(said):
        return str(_("At most %(number)s.", number=match[1]))
    plain = next((text for part, text in _PLAIN if part in said), None)
    return str(plain or sentence(mistake))


def words() -> dict[str, Any]:
    """Return what templates call things."""
    return {"question_kinds": KINDS, "difficulties": DIFFICULTIES, "hint_text": hint_text}
