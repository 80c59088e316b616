"""What was read of a file of questions, as it is kept between the steps. Pure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from training_platform.studio.formats.results import ImportedQuestions, Refusal


@dataclass(frozen=True)
class Question:
    """One question that could be read."""

    place: int
    slug: str
    stem: Mapping[str, str]
    kind: str
    #: How much is still missing before it can be published.
    missing: int
    file_text: str

    @property
    def path(self) -> str:
        """Where its file lies."""
        return f"question_bank/questions/{self.slug}.yaml"


@dataclass(frozen=True)
class Reading:
    """Everything that a file held."""

    name: str
    format: str | None
    encoding: str | None
    questions: tuple[Question, ...]
    refused: tuple[Refusal, ...]
    #: The sender wants all of it or nothing.
    is_whole: bool = False

    @property
    def is_table(self) -> bool:
        """Tell that places are rows, not lines."""
        return self.format in {"csv", "xlsx"}

    @property
    def is_open(self) -> bool:
        """Tell that questions may be taken from it."""
        return bool(self.questions) and not (self.is_whole and self.refused)


def reading_of(name: str, found: ImportedQuestions, *, is_whole: bool) -> Reading:
    """Return what is kept of what a file held."""
    questions = tuple(
        Question(
            each.place,
            each.slug,
            _texts(each.value.get("stem")),
            f"{each.value['kind']}",
            len(each.missing),
            each.file_text,
        )
        for each in found.questions
    )
    return Reading(name, found.format, found.encoding, questions, found.refused, is_whole)


def written(reading: Reading) -> bytes:
    """Return a reading as bytes."""
    value = {
        "name": reading.name,
        "format": reading.format,
        "encoding": reading.encoding,
        "is_whole": reading.is_whole,
        "questions": [vars(each) | {"stem": dict(each.stem)} for each in reading.questions],
        "refused": [vars(each) | {"values": dict(each.values)} for each in reading.refused],
    }
    return json.dumps(value, ensure_ascii=False, default=str).encode("utf-8", errors="replace")


def read(raw: bytes) -> Reading:
    """Return the reading that written() wrote."""
    value = json.loads(raw)
    questions = tuple(Question(**each) for each in value.pop("questions"))
    refused = tuple(Refusal(**each) for each in value.pop("refused"))
    return Reading(**value, questions=questions, refused=refused)


def _texts(stem: Any) -> dict[str, str]:
    return dict(stem) if isinstance(stem, Mapping) else dict.fromkeys(("zh", "en"), f"{stem}")
