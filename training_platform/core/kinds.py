"""Kinds of content files: what a package tells content about the files that it owns.

A feature registers a kind here (find, parse, check, project, withdraw); content reads, checks and
publishes all kinds without knowing any. It stands in core because people owns a kind as well.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from flask import Flask
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from sqlalchemy.orm import Session

from training_platform.core.schemas import PAIR_PATTERN, SLUG_PATTERN
from training_platform.core.yaml_files import Document, Place, UnreadableError, key_of

SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LANGUAGES = ("zh", "en")

#: What pydantic found, in our words: the problem and what is expected instead.
_WORDS = {
    "missing": ("is missing", "this key"),
    "extra_forbidden": ("is not known", "only the keys of the format (docs/content-format.md)"),
    "string_type": ("is not a text", "a text; put quotes around it where YAML reads it otherwise"),
    "list_type": ("is not a list", "a list, one entry a line with a hyphen"),
    "dict_type": ("is not a mapping", "keys with values"),
    "model_type": ("is not a mapping", "keys with values"),
    "model_attributes_type": ("is not a mapping", "keys with values"),
    "int_type": ("is not a whole number", "a whole number"),
    "bool_type": ("is neither true nor false", "true or false"),
}
#: What is expected where an id has another form than its pattern.
_IDS = {
    SLUG_PATTERN: "lower case, words joined by hyphens",
    PAIR_PATTERN: "two ids with a slash between them, such as complaints/first-words",
}


@dataclass(frozen=True, order=True)
class Mistake:
    """Something wrong in a content file, told so that its author can mend it."""

    path: str
    line: int
    key: str
    problem: str
    expected: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.key}: {self.problem}, expected {self.expected}"


class Revision(Protocol):
    """What a projection may know of a published revision."""

    @property
    def id(self) -> int:
        """What attempts and projections pin."""

    @property
    def slug(self) -> str:
        """The item's slug."""

    @property
    def data(self) -> dict[str, Any]:
        """What the kind's parse() returned."""

    @property
    def significant_revision(self) -> int:
        """Raised by authors when what was learned before no longer counts."""

    def read_files(self) -> dict[str, bytes]:
        """Return the files: path below the content folder, and bytes."""


@dataclass
class Draft:
    """The files of one item on their way to a revision, and the mistakes found in them."""

    kind: str
    slug: str
    files: Mapping[str, bytes]
    mistakes: list[Mistake] = field(default_factory=list)
    #: What parse() made of the files; None where a mistake leaves nothing.
    data: dict[str, Any] | None = None
    #: What parse() found and check() needs, but the revision does not keep.
    notes: dict[str, Any] = field(default_factory=dict)
    _documents: dict[str, Document] = field(default_factory=dict)

    def wrong(self, path: str, place: Place, problem: str, expected: str) -> None:
        """Note a mistake at a place of a YAML file that was read."""
        document = self._documents.get(path)
        self.wrong_at(
            path, document.line(place) if document else 1, key_of(place), problem, expected
        )

    def wrong_at(self, path: str, line: int, key: str, problem: str, expected: str) -> None:
        """Note a mistake on a line."""
        self.mistakes.append(Mistake(path, line, key, problem, expected))

    def text(self, path: str) -> str | None:
        """Return a file's text; None, with a mistake noted, where it is no UTF-8."""
        raw = self.files[path]
        try:
            return raw.decode("utf-8").removeprefix("\ufeff").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            line = raw[: error.start].count(b"\n") + 1
            self.wrong_at(path, line, "file", "is not UTF-8", "a file saved as UTF-8")
            return None

    def yaml(self, path: str) -> Any:
        """Return the plain value of a YAML file; None, with mistakes noted, where it has any."""
        text = self.text(path)
        return None if text is None else self.yaml_text(path, text)

    def yaml_text(self, path: str, text: str, *, first_line: int = 1) -> Any:
        """Do for YAML that is part of a file what yaml() does for a whole one."""
        try:
            document = Document(text, first_line=first_line)
        except UnreadableError as error:
            self.wrong_at(path, error.line, "file", error.problem, error.expected)
            return None
        self._documents[path] = document
        for line, place, problem, expected in document.oddities:
            self.wrong_at(path, line, key_of(place), problem, expected)
        if document.value is None:
            self.wrong_at(path, first_line, "file", "is empty", "the keys of the format")
        elif not isinstance(document.value, dict):
            self.wrong_at(path, first_line, "file", "is no mapping", "the keys of the format")
            return None
        return None if document.oddities else document.value

    def validate(self, path: str, value: Any, schema: type[BaseModel]) -> dict[str, Any] | None:
        """Return the value as the schema has it, JSON-able; None, with every mistake noted."""
        try:
            return schema.model_validate(value).model_dump(mode="json", exclude_none=True)
        except ValidationError as error:
            for each in error.errors(include_url=False):
                place = _written_place(value, each["loc"], is_missing=each["type"] == "missing")
                problem, expected = _in_words(each)
                self.wrong(path, place, problem, expected)
            return None


def _written_place(value: Any, place: Place, *, is_missing: bool) -> Place:
    """Return a place as the file has it: pydantic adds the names of a union's members.

    is_missing: its last part names what the file lacks.
    """
    found: list[str | int] = []
    for number, part in enumerate(place, 1):
        is_named = isinstance(value, Mapping) and (
            part in value or (is_missing and number == len(place))
        )
        if is_named:
            value = value.get(part)
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
        else:
            continue
        found.append(part)
    return tuple(found)


def _in_words(error: ErrorDetails) -> tuple[str, str]:
    if error["type"] in _WORDS:
        return _WORDS[error["type"]]
    if expected := _IDS.get(error.get("ctx", {}).get("pattern", "")):
        return "is not right" if error["input"] else "is empty", expected
    message = error["msg"]
    # Our own validators say "problem; expected"; pydantic's own messages say what is expected.
    own = message.removeprefix("Value error, ")
    if own != message and "; " in own:
        problem, expected = own.split("; ", 1)
        return problem, expected
    expected = message.removeprefix("Input should be ")
    return "is not right", expected[:1].lower() + expected[1:]


class Library:
    """Everything that was found, by kind and slug: what checks across files look things up in."""

    def __init__(self, kinds: Sequence["ContentKind"]) -> None:
        self.kinds = tuple(kinds)
        self.drafts: dict[str, dict[str, Draft]] = {kind.name: {} for kind in kinds}
        self._names: dict[str, set[str]] = {}
        self._unsure: set[str] = set()

    def add(self, kind: "ContentKind", draft: Draft) -> None:
        """Take a parsed draft; note what it gives names to."""
        self.drafts[kind.name][draft.slug] = draft
        for sort in kind.names:
            self._names.setdefault(sort, set())
            if draft.data is None:
                self._unsure.add(sort)
        self._names.setdefault(kind.name, set()).add(draft.slug)
        if draft.data is not None:
            for sort, names in kind.names_in(draft.slug, draft.data).items():
                self._names.setdefault(sort, set()).update(names)

    def knows(self, sort: str, name: str) -> bool:
        """Tell whether there is such a thing: a course, a lesson, a competency, a job role.

        Where a broken file may have held it, the answer is yes: one mistake is told once.
        """
        return sort in self._unsure or name in self._names.get(sort, ())

    def data(self, kind: str) -> Mapping[str, dict[str, Any]]:
        """Return what was parsed of one kind, by slug; broken items are left out."""
        drafts = self.drafts.get(kind, {})
        return {slug: draft.data for slug, draft in drafts.items() if draft.data is not None}

    def is_whole(self, kind: str) -> bool:
        """Tell that every file of the kind could be read."""
        return all(draft.data is not None for draft in self.drafts.get(kind, {}).values())

    def mistakes(self) -> list[Mistake]:
        """Return every mistake, by path and line."""
        return sorted(
            {
                mistake
                for drafts in self.drafts.values()
                for draft in drafts.values()
                for mistake in draft.mistakes
            }
        )


class ContentKind(ABC):
    """One kind of content: which files, what they say, what tables they fill."""

    #: The kind's name in content_item.kind.
    name: str
    #: Lower is published first: what others refer to.
    position: int
    #: Sorts of names that its files define, beside the items themselves: lessons of a course …
    names: tuple[str, ...] = ()
    #: JSON schemas for editors: file name without ending, and the model.
    schemas: Mapping[str, Any] = {}

    @abstractmethod
    def find(self, root: Path) -> dict[str, list[Path]]:
        """Return the files of each item below the content folder, by slug."""

    @abstractmethod
    def parse(self, draft: Draft) -> dict[str, Any] | None:
        """Return what the files say, JSON-able, texts as {zh, en}; None where mistakes forbid."""

    def names_in(self, slug: str, data: dict[str, Any]) -> Mapping[str, Iterable[str]]:
        """Return the names that the item defines, by sort."""
        return {}

    @abstractmethod
    def check(self, draft: Draft, library: Library) -> None:
        """Note what is wrong between this item and others; draft.data is not None."""

    def vouch(self, session: Session, drafts: Sequence[Draft]) -> None:  # noqa: B027  # most do not
        """Note what this installation has to have seen for itself before it publishes drafts.

        Files that come with the platform are not asked: whoever may change them may change all.
        """

    @abstractmethod
    def project(self, session: Session, revision: Revision) -> None:
        """Fill the feature's tables from a revision; the same revision twice changes nothing."""

    def project_new(self, session: Session, drafts: Mapping[str, tuple[int, Draft]]) -> None:
        """Fill the feature's tables from first revisions (id and draft, by slug), all at once."""
        raise NotImplementedError(f"{self.name} is published one by one")

    @abstractmethod
    def withdraw(self, session: Session, slug: str) -> None:
        """Take the item out of use because its files are gone; nothing is deleted."""

    def significance(self, data: dict[str, Any]) -> int:
        """Return the number that authors raise when earlier learning no longer counts."""
        return int(data.get("significant_revision", 1))


def register(app: Flask, kind: ContentKind) -> None:
    """Make a kind known; called by each package's content_kinds.register()."""
    app.extensions.setdefault("content_kinds", {})[kind.name] = kind


def registered(app: Flask) -> list[ContentKind]:
    """Return all kinds in the order in which they are published."""
    kinds: dict[str, ContentKind] = app.extensions.get("content_kinds", {})
    return sorted(kinds.values(), key=lambda kind: kind.position)


def expect_id(draft: Draft, path: str, data: Mapping[str, Any], expected: str) -> None:
    """Note a mistake where the file's id differs from its path or is no proper id."""
    if data.get("id") != expected:
        draft.wrong(path, ("id",), f"is {data.get('id')!r}", f"{expected}, as the path says")
    for part in expected.split("/"):
        if not SLUG.fullmatch(part):
            draft.wrong(path, ("id",), f"has {part!r}", "lower case, words joined by hyphens")
