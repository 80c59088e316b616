"""A person's records as a timeline: two statements of columns, drawn without another query."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

from sqlalchemy import Row, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from training_platform.core.db import fetch
from training_platform.core.i18n import language, pick, translate, viewer_zone
from training_platform.core.tables import Page, page_number
from training_platform.records.corrections.texts import changes_of
from training_platform.records.models import RecordValue, TrainingRecord
from training_platform.records.queries.subjects import IS_VOID
from training_platform.records.rules import Kind
from training_platform.records.texts import GROUPS, OTHER, OUTCOMES, TEXTS, kinds_of, title_of


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


_EVIDENCE = "/records/corrections/{}/evidence"


class Entry(NamedTuple):
    """One line of a timeline, ready to draw."""

    id: int
    kind: str
    year: int
    when: str
    iso: str
    line: str
    icon: str
    tone: str | None
    details: tuple[str, ...]
    tag: str
    href: str | None
    is_corrected: bool
    is_void: bool
    #: Label, old text, new text of each value that a correction set.
    changes: tuple[tuple[str, str, str], ...] = ()
    #: The page with the file that shows what is right.
    evidence: str | None = None


_corrected = aliased(TrainingRecord)
_corrected_value = aliased(RecordValue)
_correcting = aliased(TrainingRecord)
_TIMELINE = (
    select(
        TrainingRecord.id,
        TrainingRecord.kind,
        TrainingRecord.subject,
        TrainingRecord.happened_at,
        RecordValue.data,
        select(_correcting.id)
        .where(_correcting.corrects_id == TrainingRecord.id)
        .exists()
        .label("is_corrected"),
        IS_VOID.label("is_void"),
        _corrected.subject.label("corrected_subject"),
        _corrected_value.data.label("corrected_data"),
    )
    .outerjoin(RecordValue, RecordValue.record_id == TrainingRecord.id)
    .outerjoin(_corrected, _corrected.id == TrainingRecord.corrects_id)
    .outerjoin(_corrected_value, _corrected_value.record_id == _corrected.id)
    .where(TrainingRecord.employee_id == bindparam("employee_id"))
    .order_by(TrainingRecord.happened_at.desc(), TrainingRecord.position.desc())
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)
_COUNT = select(func.count()).where(TrainingRecord.employee_id == bindparam("employee_id"))
_OF_KINDS = TrainingRecord.kind.in_(bindparam("kinds", expanding=True))
_TIMELINE_OF_KINDS = _TIMELINE.where(_OF_KINDS)
_COUNT_OF_KINDS = _COUNT.where(_OF_KINDS)
_CORRECTIONS = (
    select(TrainingRecord.corrects_id, RecordValue.data)
    .join(RecordValue, RecordValue.record_id == TrainingRecord.id)
    .where(TrainingRecord.corrects_id.in_(bindparam("ids", expanding=True)))
    .order_by(TrainingRecord.position)
)
PER_PAGE = 40
_WHEN = "%m-%d %H:%M"
#: Lists of past trainings know days only; the hour that stands for one says nothing.
_DAY_ONLY = "%m-%d"


def timeline(session: Session, employee_id: int, group: str | None = None) -> Page[Entry]:
    """Return one page of somebody's records, newest first, in two statements."""
    number = page_number()
    values: dict[str, Any] = {"employee_id": employee_id}
    rows_of, count_of = _TIMELINE, _COUNT
    if group in GROUPS:
        rows_of, count_of = _TIMELINE_OF_KINDS, _COUNT_OF_KINDS
        values["kinds"] = kinds_of(group)
    total = fetch(session, count_of, values).scalar_one()
    span = {"limit": PER_PAGE, "offset": (number - 1) * PER_PAGE}
    found = fetch(session, rows_of, values | span).all()
    draw = _Drawing(_changes_of(session, [row.id for row in found if row.is_corrected]))
    return Page([draw.entry(row) for row in found], number, PER_PAGE, total)


def _changes_of(session: Session, ids: Sequence[int]) -> dict[int, dict[str, tuple[Any, Any]]]:
    """Return what corrections set in some records: the first value and the last, by name."""
    found: dict[int, dict[str, tuple[Any, Any]]] = {}
    if not ids:
        return found
    for row in fetch(session, _CORRECTIONS, {"ids": list(ids)}):
        changes = found.setdefault(row.corrects_id, {})
        old = row.data.get("old") or {}
        for name, value in (row.data.get("new") or {}).items():
            first = changes[name][0] if name in changes else old.get(name)
            changes[name] = (first, value)
    return found


def by_year(entries: Sequence[Entry]) -> list[tuple[int, list[Entry]]]:
    """Return the entries of a page, which stand newest first, under their years."""
    return [(year, list(found)) for year, found in groupby(entries, attrgetter("year"))]


class _Drawing:
    """Turns rows into entries; what is the same on each line is translated once a page."""

    def __init__(self, changes: Mapping[int, Mapping[str, tuple[Any, Any]]]) -> None:
        self._changes = changes
        self._zone, self._language = viewer_zone(), language()
        self._texts: dict[str, str] = {}

    def entry(self, row: Row[Any]) -> Entry:
        """Return the line of one record."""
        text = TEXTS.get(row.kind, OTHER)
        at = row.happened_at.astimezone(self._zone)
        data = row.data or {}
        is_correction = row.kind == Kind.CORRECTION.value
        title = (
            title_of(row.corrected_data, row.corrected_subject or "", self._language)
            if is_correction
            else title_of(row.data, row.subject, self._language)
        )
        return Entry(
            id=row.id,
            kind=row.kind,
            year=at.year,
            when=at.strftime(_DAY_ONLY if row.kind == Kind.TRAINING_IMPORTED else _WHEN),
            iso=at.isoformat(timespec="minutes"),
            line=self._text(text.line) % {"title": title},
            icon=text.icon,
            tone=text.tone,
            details=tuple(self._correction(data) if is_correction else self._details(data)),
            tag=self._result(data),
            href=data.get("href"),
            is_corrected=bool(row.is_corrected),
            is_void=bool(row.is_void),
            changes=self._changed(row.id, data, is_correction=is_correction),
            evidence=_EVIDENCE.format(data["evidence_file"]) if data.get("evidence_file") else None,
        )

    def _changed(
        self, ident: int, data: Mapping[str, Any], *, is_correction: bool
    ) -> tuple[tuple[str, str, str], ...]:
        said = data.get("turned") or data
        old = said.get("old") or {}
        values = (
            {name: (old.get(name), new) for name, new in (said.get("new") or {}).items()}
            if is_correction
            else self._changes.get(ident)
        )
        return tuple(changes_of(values)) if values else ()

    def _text(self, message: str) -> str:
        if message not in self._texts:
            self._texts[message] = translate(message)
        return self._texts[message]

    def _result(self, data: Mapping[str, Any]) -> str:
        outcome = OUTCOMES.get(str(data.get("outcome", "")))
        parts = [] if data.get("percent") is None else [f"{data['percent']} %"]
        return " ".join([*parts, self._text(outcome) if outcome else ""]).strip()

    def _details(self, data: Mapping[str, Any]) -> Iterator[str]:
        if data.get("old"):
            yield self._text(_("Before: %(name)s")) % {"name": pick(data["old"])}
        if data.get("replaces"):
            yield self._text(_("Stands in the place of a record that was corrected."))
        if data.get("department"):
            yield pick(data["department"])
        if data.get("code"):
            yield self._text(_("Code %(code)s")) % {"code": data["code"]}
        if data.get("valid_until"):
            yield self._text(_("Valid until %(day)s")) % {"day": data["valid_until"]}
        if data.get("mentor"):
            hours = f"{data.get('minutes', 0) / 60:g}"
            line = self._text(_("Mentor %(name)s, %(hours)s hours"))
            yield line % {"name": data["mentor"], "hours": hours}
        if data.get("rank"):
            line = self._text(_("Place %(rank)s, %(score)s right records a minute"))
            yield line % {"rank": data["rank"], "score": f"{data.get('score', 0):.2f}"}
        if data.get("reason"):
            yield self._text(_("Reason: %(text)s")) % {"text": pick(data["reason"])}
        if data.get("note"):
            yield pick(data["note"])

    def _correction(self, data: Mapping[str, Any]) -> Iterator[str]:
        for name, message in (
            ("changes", _("What is right: %(text)s")),
            ("reason", _("Reason: %(text)s")),
            ("evidence", _("Evidence: %(text)s")),
            ("by", _("By %(text)s; the first record stays.")),
            ("second", _("Checked by %(text)s.")),
        ):
            if data.get(name):
                yield self._text(message) % {"text": data[name]}


def one_entry(session: Session, record: TrainingRecord) -> Entry:
    """Return the line of one record."""
    statement = _TIMELINE.where(TrainingRecord.id == bindparam("record_id"))
    values = {"employee_id": record.employee_id, "record_id": record.id, "limit": 1, "offset": 0}
    draw = _Drawing(_changes_of(session, [record.id]))
    return draw.entry(session.execute(statement, values).one())
