"""What reading and writing questions gives back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from training_platform.core.i18n import language, translate
from training_platform.studio import mistake_words
from training_platform.studio.formats import labels
from training_platform.studio.formats.reasons import TEXTS

#: As much of a source text as a list of refusals shows.
SHOWN = 80
#: As much of it as a draft begins with that mends it.
KEPT = 6_000


@dataclass(frozen=True)
class Refusal:
    """A question, or a whole file, that was not taken, and the one reason why."""

    #: Where it begins: a line of a text, a row of a table; 1 for the whole file.
    place: int
    code: str
    #: What stands there, shortened.
    text: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    is_row: bool = False
    #: For mending: the whole text, and as much of the question as could be read.
    source: str = field(default="", compare=False)
    value: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @property
    def reason(self) -> str:
        """Return the reason in the page's language."""
        values = dict(self.values)
        if self.code == "no_table":  # the reader of lists has a sentence of its own
            values["problem"] = translate(values.pop("problem"), **values)
        elif self.code == "refused_by_check" and "expected" in values:
            values["problem"] = mistake_words.clause(values["problem"], values.pop("expected"))
        elif self.code == "not_yaml":
            values["problem"] = mistake_words.problem_text(values["problem"])
        return translate(TEXTS[self.code], **values)


class RefusedError(Exception):
    """A question cannot be kept; its reader turns this into a Refusal at its place."""

    def __init__(self, code: str, text: str = "", place: int | None = None, **values: Any) -> None:
        super().__init__(code)
        self.code, self.text, self.place, self.values = code, text, place, values

    def at(
        self,
        place: int,
        text: str = "",
        *,
        is_row: bool = False,
        value: Mapping[str, Any] | None = None,
    ) -> Refusal:
        """Return the refusal for a place; what the error itself knows comes first."""
        shown = shortened(self.text or text)
        source = (text or self.text)[:KEPT]
        place = self.place or place
        return Refusal(place, self.code, shown, self.values, is_row, source, value or {})


@dataclass(frozen=True)
class Note:
    """What was read otherwise than it stood there, without harm to the question."""

    code: str

    @property
    def reason(self) -> str:
        """Return the note in the page's language."""
        return translate(TEXTS[self.code])


@dataclass
class Found:
    """A question as its reader found it: the format's keys, texts as {language: text}.

    A text without a language stands under ""; `building` decides what it stands for.
    """

    place: int
    #: The id, name or title that the source gives; "" for none.
    name: str
    value: dict[str, Any]
    text: str
    notes: list[str] = field(default_factory=list)
    is_row: bool = False


@dataclass(frozen=True, order=True)
class Missing:
    """What an imported draft still needs before it can be published."""

    #: As the content check names it: stem, options[1].why.
    key: str
    #: zh or en where only this language is missing; "" where the whole key is.
    language: str = ""


@dataclass(frozen=True)
class ImportedQuestion:
    """One question as the file that it would become."""

    place: int
    #: <topic>/<question>, as in the path of the file.
    slug: str
    #: What stands in the file, texts as {zh, en} or as much of it as there is.
    value: Mapping[str, Any]
    #: The whole text of question_bank/questions/<slug>.yaml.
    file_text: str
    #: Sorted; empty for a question that can be published as it is.
    missing: tuple[Missing, ...]
    notes: tuple[Note, ...] = ()

    @property
    def is_draft(self) -> bool:
        """Tell that something is missing, a translation for instance."""
        return bool(self.missing)


@dataclass(frozen=True)
class ImportedQuestions:
    """Everything that a file held; the caller decides what to take."""

    #: gift, moodle, aiken, chinese, csv, xlsx, yaml; None where nothing could be recognized.
    format: str | None
    #: None for a spreadsheet.
    encoding: str | None
    questions: tuple[ImportedQuestion, ...] = ()
    refused: tuple[Refusal, ...] = ()


@dataclass(frozen=True, order=True)
class NotHeld:
    """What a written file does not hold of a question; key is "" for the whole question."""

    slug: str
    key: str
    code: str = "not_held"

    @property
    def reason(self) -> str:
        """Return what is not held, in the page's language."""
        if self.code == "kind_not_held":
            name = labels.written(labels.KINDS.get(self.key, (self.key,) * 2), language())
        else:
            name = labels.part_name(self.key, language())
        return translate(TEXTS[self.code], slug=self.slug, key=name)


@dataclass(frozen=True)
class Exported:
    """A written file, and what it could not hold."""

    data: bytes
    #: The ending of its name, without the dot.
    ending: str
    #: How many questions stand in it.
    count: int
    not_held: Sequence[NotHeld] = ()


def shortened(text: str) -> str:
    """Return a source text on one line, cut where a list would become unreadable."""
    plain = " ".join(text[: SHOWN * 4].split())
    return plain if len(plain) <= SHOWN else plain[: SHOWN - 1] + "…"
