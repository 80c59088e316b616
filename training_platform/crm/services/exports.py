"""Exports: with a purpose, within a limit, masked unless approved, and all of it in the log (V14).

What needs approval waits in the event log until a colleague who leads decides.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from training_platform.core import sheets
from training_platform.core.errors import (
    InvalidTransitionError,
    NotFoundError,
    NotPermittedError,
    RuleError,
)
from training_platform.core.i18n import format_datetime, translate
from training_platform.core.permissions import Permission, authorize
from training_platform.crm import cells
from training_platform.crm.desk import Desk
from training_platform.crm.models import Alert, CrmEvent, Seller
from training_platform.crm.queries import lists
from training_platform.crm.registry import ENTITIES
from training_platform.crm.rules import access
from training_platform.crm.services import records

LEAST_PURPOSE = 4
MOST_PURPOSE = 200
_CHUNK = 500
KINDS = ("csv", "xlsx")
REQUEST, APPROVE, DENY, DONE = "export_request", "export_approve", "export_deny", "export_done"


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


#: The mark that every exported row carries, in both languages.
WATERMARK = "练习数据 Practice data"


@dataclass(frozen=True)
class Wish:
    """What somebody wants to take out: for what, in which form, with or without masks."""

    purpose: str
    kind: str = "csv"
    is_unmasked: bool = False


@dataclass(frozen=True)
class Request:
    """A request of the log with what became of it: waiting, approved, denied or done."""

    event: CrmEvent
    state: str
    decided_by_id: int | None = None
    reason: str = ""

    @property
    def seq(self) -> int:
        """Return the number by which it is named."""
        return self.event.seq


def count_rows(desk: Desk, state: lists.ListState) -> int:
    """Return how many rows a list holds."""
    model: Any = state.entity.model
    count = select(func.count(model.id)).where(*lists.conditions(desk, state))
    return desk.session.scalar(count) or 0


def needs_approval(desk: Desk, rows: int, wish: Wish) -> bool:
    """Tell whether somebody must approve: above the seller's limit, or without masks."""
    is_open = wish.is_unmasked and not access.leads(desk.seller.role)
    return rows > desk.seller.export_limit_count or is_open


def request_export(desk: Desk, state: lists.ListState, wish: Wish) -> tuple[CrmEvent, bool]:
    """Ask for an export; return the request and whether it may be taken at once.

    V14: raises RuleError without a purpose, for an empty list, or for more rows than anybody may.
    """
    authorize(desk.actor, desk.workspace, Permission.WORKSPACE_WRITE)
    purpose = wish.purpose.strip()
    if len(purpose) < LEAST_PURPOSE:
        raise RuleError(
            _("V14 Say what the export is for, so that others understand it."), field="purpose"
        )
    if wish.kind not in KINDS:
        raise RuleError(_("Choose the form of the file."), field="kind")
    rows = count_rows(desk, state)
    if rows == 0:
        raise RuleError(_("The list is empty; there is nothing to export."))
    most = desk.session.scalar(select(func.max(Seller.export_limit_count))) or 0
    if rows > most:
        raise RuleError(
            _("V14 Nobody may take out or approve more than %(most)s rows. Narrow the list."),
            most=most,
        )
    waits = needs_approval(desk, rows, wish)
    event = desk.log(
        REQUEST,
        state.entity.name,
        title=purpose[:MOST_PURPOSE],
        rows=rows,
        fields=[state.entity.model.title_field, *_names(state)],
        arguments=state.arguments(),
        form=wish.kind,
        unmasked=wish.is_unmasked,
        limit=desk.seller.export_limit_count,
        waits=waits,
    )
    if waits:
        _tell_leads(desk, event)
    return event, not waits


def export_file(desk: Desk, state: lists.ListState, request: CrmEvent) -> bytes:
    """Return the file of a request that may be taken, and log that it was."""
    found = find_request(desk, request.seq)
    if found.state in {"waiting", "denied"}:
        raise InvalidTransitionError
    if request.seller_id != desk.seller.id:
        raise NotPermittedError(_("V14: this export is somebody else's request."))
    context = request.context
    if (now := count_rows(desk, state)) > max(context["rows"], desk.seller.export_limit_count):
        raise RuleError(
            _("V14 The list has grown from %(then)s to %(now)s rows. Ask anew."),
            then=context["rows"],
            now=now,
        )
    rows = [*_rows(desk, state, is_unmasked=bool(context["unmasked"]))]
    desk.log(DONE, request.entity, title=context["title"], request=request.seq, rows=len(rows) - 1)
    if context["form"] == "csv":
        return sheets.write_csv(rows)
    name = translate(state.entity.plural)
    return sheets.write_xlsx(rows, name=name)


def decide(desk: Desk, request: Request, *, is_approved: bool, reason: str = "") -> None:
    """Approve or deny a waiting request: whoever leads, but not for herself.

    A denial says why. Raises NotPermittedError for others.
    """
    authorize(desk.actor, desk.workspace, Permission.WORKSPACE_WRITE)
    if request.state != "waiting":
        raise InvalidTransitionError
    if not may_decide(desk, request):
        raise NotPermittedError(
            _("V14: a team lead or the director decides, within her own limit and not for herself.")
        )
    if not is_approved and not reason.strip():
        raise RuleError(_("Say why the export is denied."), field="reason")
    desk.log(
        APPROVE if is_approved else DENY,
        request.event.entity,
        title=request.event.context["title"],
        request=request.seq,
        reason=reason.strip()[:MOST_PURPOSE],
    )


def may_decide(desk: Desk, request: Request) -> bool:
    """Tell whether the seller who is played may decide over a request."""
    return (
        access.leads(desk.seller.role)
        and request.event.seller_id != desk.seller.id
        and request.event.context["rows"] <= desk.seller.export_limit_count
    )


def find_request(desk: Desk, seq: int) -> Request:
    """Return a request of this workspace; raise NotFoundError for any other number."""
    event = desk.session.get(CrmEvent, (desk.layer.id, seq))
    if event is None or event.act != REQUEST:
        raise NotFoundError
    return next(each for each in _with_states(desk, [event]))


def requests(desk: Desk, most: int = 50, seller_id: int | None = None) -> list[Request]:
    """Return the last requests of the workspace, or of one seller, with their states.

    The newest come first.
    """
    statement = select(CrmEvent).where(CrmEvent.layer_id == desk.layer.id, CrmEvent.act == REQUEST)
    if seller_id is not None:
        statement = statement.where(CrmEvent.seller_id == seller_id)
    events = desk.session.scalars(statement.order_by(CrmEvent.seq.desc()).limit(most)).all()
    return list(_with_states(desk, events))


def _with_states(desk: Desk, events: Sequence[CrmEvent]) -> Iterator[Request]:
    later = desk.session.scalars(
        select(CrmEvent)
        .where(CrmEvent.layer_id == desk.layer.id, CrmEvent.act.in_((APPROVE, DENY, DONE)))
        .order_by(CrmEvent.seq)
    ).all()
    decided: dict[int, CrmEvent] = {}
    for event in later:
        if event.act != DONE:
            decided[event.context["request"]] = event
    taken = {event.context["request"] for event in later if event.act == DONE}
    for event in events:
        decision = decided.get(event.seq)
        reason = str(decision.context.get("reason") or "") if decision else ""
        by = decision.seller_id if decision else None
        yield Request(event, _state(event, decision, event.seq in taken), by, reason)


def _state(event: CrmEvent, decision: CrmEvent | None, is_taken: bool) -> str:
    if is_taken:
        return "done"
    if decision is not None:
        return "approved" if decision.act == APPROVE else "denied"
    return "waiting" if event.context["waits"] else "approved"


def _names(state: lists.ListState) -> list[str]:
    return [name for name in state.columns if name != state.entity.model.title_field]


def _rows(desk: Desk, state: lists.ListState, *, is_unmasked: bool) -> Iterator[list[str]]:
    """Yield head and rows as the list shows them, each with its mark."""
    names = _names(state)
    entity = state.entity
    title = entity.fields.get(entity.model.title_field)
    own = lists.own_fields(desk, entity)
    known = [cells.field_of(entity, name) or own.get(name) for name in names]
    yield [
        translate(title.label) if title else translate(entity.label),
        *(translate(each.label) if each else name for name, each in zip(names, known, strict=True)),
        WATERMARK,
    ]
    mark = f"{WATERMARK} · {desk.seller.name} · {format_datetime(desk.now)}"
    found = desk.session.scalars(lists.statement(desk, state)).all()
    for start in range(0, len(found), _CHUNK):
        for row in lists.rows_of(
            desk, entity, (entity.model.title_field, *names), found[start : start + _CHUNK]
        ):
            texts = [
                str(getattr(row.record, name)) if cell.is_masked and is_unmasked else cell.text
                for name, cell in zip(names, row.cells, strict=True)
            ]
            yield [row.title, *texts, mark]


def _tell_leads(desk: Desk, event: CrmEvent) -> None:
    """Ring at the team's leads: somebody wants to take out a lot, or contact data."""
    leads = desk.session.scalars(
        select(Seller).where(
            Seller.role == "team_lead",
            Seller.team == desk.seller.team,
            Seller.id != desk.seller.id,
        )
    )
    for lead in leads.all():
        values = {
            "kind": "mass_export",
            "cause": f"mass_export:{event.seq}:{lead.id}",
            "about_entity": "seller",
            "about_id": desk.seller.id,
            "seller_id": lead.id,
            "raised_at": desk.now,
            "details": {"title": event.context["title"], "request": event.seq},
        }
        records.create_record(desk, Alert, values, act="alert")


def entity_of(request: CrmEvent) -> Any:
    """Return the entity that a request is about."""
    return ENTITIES[request.entity or ""]


def arguments_of(request: CrmEvent) -> Mapping[str, str]:
    """Return the list's address values that a request keeps."""
    arguments: Mapping[str, str] = request.context["arguments"]
    return arguments
