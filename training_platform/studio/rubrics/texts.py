"""Mistakes of a rubric in plain words, beside their fields."""

import re
from collections import defaultdict
from collections.abc import Iterable

from flask_babel import lazy_gettext as _l

from training_platform.core.kinds import Mistake
from training_platform.studio.mistake_words import sentence

_CRITERION = re.compile(r"criteria\[(\d+)\](?:\.(\w+))?(?:\[(\d+)\])?(?:\.(zh|en))?")
#: What the checks say, by words of it, in plain words; the first that fits.
_PLAIN = (
    ("weights that sum", _l("All weights together must make 100.")),
    ("is missing", _l("Fill this in.")),
    ("is blank", _l("Fill this in.")),
    ("is no text", _l("Fill this in.")),
    ("repeats ", _l("Another level says the same.")),
    (".weight", _l("A whole number from 1 to 100.")),
    (".levels is", _l("Three to five levels.")),
    ("criteria is", _l("Two to six criteria.")),
)


def beside(mistakes: Iterable[Mistake]) -> dict[str, list[str]]:
    """Return the mistakes in plain words by the field that they stand beside; "" for none."""
    found: dict[str, list[str]] = defaultdict(list)
    for each in sorted(mistakes):
        said = f"{each.key} {each.problem}"
        text = str(next((plain for part, plain in _PLAIN if part in said), sentence(each)))
        if text not in found[field_of(each)]:
            found[field_of(each)].append(text)
    return dict(found)


def field_of(mistake: Mistake) -> str:
    """Return the name of the form's field that a mistake belongs to; "" where it has none."""
    if "weights that sum" in mistake.problem:
        return "criteria"
    if match := _CRITERION.fullmatch(mistake.key):
        index, name, level, language = match.groups()
        if name == "levels" and level is not None:
            return f"c{index}-l{level}-{language or 'zh'}"
        if name == "title":
            return f"c{index}-title-{language or 'zh'}"
        return f"c{index}-{name or 'levels'}"
    name, _sign, language = mistake.key.partition(".")
    if name in ("title", "summary"):
        return f"{name}-{language or 'zh'}"
    return "criteria" if name == "criteria" else ""
