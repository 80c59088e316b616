"""What each kind of question is made of, as its form shows it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

LANGUAGES = ("zh", "en")


@dataclass(frozen=True)
class Words:
    """A text in both languages; one that may be missing is left out where nothing is written."""

    is_optional: bool = False


@dataclass(frozen=True)
class Lines:
    """Answers, one a line; in both languages, or one list for all."""

    is_in_both: bool = True


@dataclass(frozen=True)
class Number:
    """A number as it is typed."""


@dataclass(frozen=True)
class Flag:
    """A box to tick; what stands for itself is left out of the file."""

    default: bool


@dataclass(frozen=True)
class Truth:
    """True or false, or not said yet."""


@dataclass(frozen=True)
class Rows:
    """Rows of the same parts. A row of one text has the part "" only.

    has_key: which of them are right is ticked beside them. may_miss: no row at all is left out.
    """

    parts: Mapping[str, Any]
    has_key: bool = False
    may_miss: bool = False
    new: Any = field(default=None, hash=False)


EMPTY = {"zh": "", "en": ""}
OPTIONS = Rows(
    {"text": Words(), "why": Words(is_optional=True)},
    has_key=True,
    new={"text": EMPTY},
)
TEXTS = Rows({"": Words()}, new=EMPTY)
GAPS = Rows(
    {"accepted": Lines(), "choices": OPTIONS},
    new={"accepted": {"zh": [], "en": []}},
)
#: What every question has.
COMMON: Mapping[str, Any] = {
    "stem": Words(),
    "picture": Words(is_optional=True),
    "explanation": Words(),
    "source": Words(is_optional=True),
}
KINDS: Mapping[str, Mapping[str, Any]] = {
    "single_choice": {"options": OPTIONS, "shuffle": Flag(default=True)},
    "multiple_choice": {
        "options": OPTIONS,
        "shuffle": Flag(default=True),
        "partial": Flag(default=True),
    },
    "true_false": {"answer": Truth(), "why": Words()},
    "short_answer": {
        "accepted": Lines(),
        "wrong": Rows(
            {"forms": Lines(is_in_both=False), "why": Words()},
            may_miss=True,
            new={"forms": [], "why": EMPTY},
        ),
    },
    "numeric": {"answer": Number(), "tolerance": Number(), "unit": Words(is_optional=True)},
    "matching": {
        "pairs": Rows(
            {"left": Words(), "right": Words(), "why": Words(is_optional=True)},
            new={"left": EMPTY, "right": EMPTY},
        ),
        "extra": Rows({"": Words()}, may_miss=True, new=EMPTY),
    },
    "ordering": {"items": TEXTS},
    "gap_text": {"text": Words(), "gaps": GAPS},
}
#: The keys of the format in their order.
ORDER = (
    *("id", "kind", "skills", "lesson", "difficulty", "source", "stem", "picture", "explanation"),
    *("text", "answer", "tolerance", "unit", "accepted", "wrong", "why"),
    *("options", "pairs", "extra", "items", "gaps", "shuffle", "partial"),
)
