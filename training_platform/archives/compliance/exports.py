"""The matrix as a file: made in the request for a department, by a job for a large company."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.archives.compliance import documents, queries, services
from training_platform.archives.compliance.items import columns_of, needs_by_role
from training_platform.archives.compliance.queries import Wanted
from training_platform.archives.compliance.rules import State
from training_platform.archives.compliance.texts import STATES, item_name
from training_platform.archives.texts import legend
from training_platform.core import clock, files, jobs, sheets
from training_platform.core.db import reading, writing
from training_platform.core.i18n import pick, translate
from training_platform.core.permissions import Permission, Person, authorize
from training_platform.core.workbooks import About, Cell
from training_platform.curricula.queries.team import departments_in_reach
from training_platform.notices.services import notify
from training_platform.people.models import Employee
from training_platform.people.viewer import viewer_of

#: An export in the request holds so many people; for more a job makes the file.
MOST_AT_ONCE = 5_000
CHUNK = 500
JOB = "compliance.export"
KEPT_FOR = timedelta(hours=24)
CSV, XLSX = "csv", "xlsx"
MEDIA_TYPES = {
    CSV: "text/csv",
    XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
#: What the notice says that the file is of.
MATRIX = {"zh": "合规", "en": "Compliance"}

Progress = Callable[[int, int], None]


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


@dataclass(frozen=True)
class Order:
    """What is exported: how it is narrowed, as what, in which language."""

    wanted: Wanted
    format: str
    locale: str

    @property
    def name(self) -> str:
        """Return the name of the file."""
        return f"{translate(_('Compliance'))} {clock.today().isoformat()}.{self.format}"


def people_of(session: Session, viewer: Person, wanted: Wanted, limit: int | None) -> Sequence[Any]:
    """Return the people that an export is about, of those in the viewer's reach."""
    statement = queries.people(viewer, needs_by_role(session), wanted)
    return session.execute(statement.limit(limit)).all()


def table_of(
    session: Session, people: Sequence[Any], wanted: Wanted, progress: Progress | None = None
) -> list[list[Cell]]:
    """Return a head and one line a person and item, in the language of the moment."""
    roles = needs_by_role(session)
    rows: list[list[Cell]] = [[translate(title) for title, _meaning in COLUMNS]]
    for start in range(0, len(people), CHUNK):
        part = people[start : start + CHUNK]
        cells = queries.cells_of(session, part, roles)
        rows += documents.matrix_rows(part, roles, cells, asdict(wanted))
        if progress:
            progress(start + len(part), len(people))
    return rows


#: Name and meaning of each column.
COLUMNS = (
    (_("Staff number"), _("The employee's staff number.")),
    (_("Name"), _("The employee's name today.")),
    (_("Department"), _("Where the employee works today.")),
    (_("Job role"), _("The job role that the employee has today.")),
    (_("Kind"), _("Whether it is a course, a certificate, an exam or a practical task.")),
    (_("Item"), _("What the job role asks for.")),
    (_("State"), _("Where the employee stands with it on the day of the export.")),
    (
        _("Valid until, or due on"),
        _("The last day of the proof; without a proof the day by which it is due."),
    ),
    (_("Proven on"), _("The day on which the proof was earned; empty without one.")),
)


def about_of(session: Session, viewer: Person, order: Order, people: int) -> About:
    """Return the sheet that explains an export: what it holds, whose it is, what columns mean.

    It names no department beyond the viewer's reach.
    """
    wanted, roles = order.wanted, needs_by_role(session)
    departments = {str(id_): pick(name) for id_, name in departments_in_reach(session, viewer)}
    items = {each.key: each for each in columns_of(roles.values())}
    role, item = roles.get(wanted.job_role), items.get(wanted.item)
    asked = [
        wanted.query,
        departments.get(wanted.department, ""),
        pick(role.name) if role else "",
        item_name(item.kind, pick(item.title)) if item else "",
        str(STATES[State(wanted.state)]) if wanted.state in list(State) else "",
    ]
    made = clock.now().astimezone(clock.company_zone())
    facts = [
        (
            translate(_("What was asked for")),
            " · ".join(filter(None, asked)) or translate(_("All")),
        ),
        (translate(_("People")), str(people)),
        (translate(_("Pulled by")), session.get_one(Employee, viewer.id).name),
        (translate(_("Made at")), f"{made:%Y-%m-%d %H:%M}"),
    ]
    return About(translate(_("About this file")), facts, legend(COLUMNS))


def file_of(rows: Sequence[Sequence[Cell]], format: str, about: About) -> bytes:
    """Return a table as a file; a spreadsheet explains itself."""
    if format == CSV:
        return sheets.write_csv(rows)
    return sheets.write_xlsx(rows, name=translate(_("Compliance")), about=about)


def request_export(session: Session, actor: Person, order: Order) -> None:
    """Let a job make the file; pressing twice within a minute asks once.

    Raises NotPermittedError.
    """
    authorize(actor, None, Permission.COMPLIANCE_READ)
    payload = {
        "owner_id": actor.id,
        "wanted": asdict(order.wanted),
        "format": order.format,
        "locale": order.locale,
    }
    told = json.dumps([payload, f"{clock.now():%Y%m%d%H%M}"], sort_keys=True)
    key = f"{actor.id}:{hashlib.sha256(told.encode()).hexdigest()[:24]}"
    jobs.put(session, JOB, payload, key=key, owner_id=actor.id)


def latest(session: Session, owner_id: int) -> tuple[jobs.Job | None, files.StoredFile | None]:
    """Return somebody's last export, and its file where it is made and still kept."""
    asked = session.scalars(
        select(jobs.Job)
        .where(jobs.Job.name == JOB, jobs.Job.owner_id == owner_id)
        .order_by(jobs.Job.id.desc())
        .limit(1)
    ).first()
    if asked is None:
        return None, None
    stored = _stored(session, asked.id, owner_id)
    is_kept = stored and stored.expires_at and stored.expires_at > clock.now()
    return asked, stored if is_kept else None


def make(job_id: int, owner_id: int, order: Order, progress: Progress) -> int:
    """Make the file of an export under the rights that its owner has now, once; tell the owner.

    Returns how many lines it has. Nothing is locked while it is made. Raises NotPermittedError.
    """
    with reading() as session:
        if _stored(session, job_id, owner_id) is not None:
            return 0
        viewer = viewer_of(session, session.get_one(Employee, owner_id))
        authorize(viewer, None, Permission.COMPLIANCE_READ)
        people = people_of(session, viewer, order.wanted, None)
        rows = table_of(session, people, order.wanted, progress)
        about = about_of(session, viewer, order, len(people))
    data = file_of(rows, order.format, about)
    with writing() as session:
        if _stored(session, job_id, owner_id) is not None:
            return 0
        files.store(
            session,
            data,
            name=order.name,
            media_type=MEDIA_TYPES[order.format],
            purpose=_purpose(job_id),
            owner_id=owner_id,
            expires_at=clock.now() + KEPT_FOR,
        )
        services.record_export(session, viewer, len(rows) - 1, **asdict(order.wanted))
        notify(
            session,
            owner_id,
            "archive_pull_ready",
            key=f"compliance:export:{job_id}",
            href="/archives/compliance/export",
            purpose=MATRIX,
        )
    return len(rows) - 1


def _stored(session: Session, job_id: int, owner_id: int) -> files.StoredFile | None:
    return session.scalars(
        select(files.StoredFile).where(
            files.StoredFile.owner_id == owner_id, files.StoredFile.purpose == _purpose(job_id)
        )
    ).first()


def _purpose(job_id: int) -> str:
    return f"compliance_export:{job_id}"
