"""Converting a lead, its score, and the steps of nurturing."""

from typing import Any

from flask import Flask, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_platform.core import slots
from training_platform.core.errors import RuleError
from training_platform.core.permissions import Permission
from training_platform.core.web import requires
from training_platform.crm.cells import cell
from training_platform.crm.choices import NURTURE_STEPS
from training_platform.crm.desk import Desk
from training_platform.crm.models import Layered, Lead
from training_platform.crm.queries.names import Names, names_of
from training_platform.crm.rules import scoring
from training_platform.crm.selling_forms import ConvertForm
from training_platform.crm.services import conversion
from training_platform.crm.services.access import (
    expect_editable,
    find_to_change,
    find_within_reach,
    may_edit,
)
from training_platform.crm.services.conversion import Conversion, Deal
from training_platform.crm.services.duplicates import Candidate
from training_platform.crm.views.blueprint import bp, reading_desk, render_refused, writing_desk
from training_platform.crm.views.selling import led_before, press, record_url, remember

CLOSED = ("converted", "invalid")
#: What of a lead stands beside the form, masked where it is not the seller's own.
_SHOWN = ("company", "person", "title", "mobile", "email")


def init_app(app: Flask) -> None:
    """Show score and nurturing on the page of a lead."""
    slots.fill(app, "crm.record", _panel)


@bp.route("/<int:workspace_id>/lead/<int:item_id>/convert", methods=["GET", "POST"])
@requires(Permission.WORKSPACE_WRITE)
def convert_lead(workspace_id: int, item_id: int) -> ResponseReturnValue:
    """Offer existing customers first, then convert."""
    if request.method == "POST":
        return _convert(workspace_id, item_id)
    desk = reading_desk(workspace_id)
    lead = find_within_reach(desk, Lead, item_id)
    expect_editable(desk, lead)
    candidates = conversion.customer_candidates(desk, lead)
    first = next((each for each in candidates if each.is_strong), None)
    form = ConvertForm(
        formdata=None,
        version=lead.version,
        customer=str(first.id) if first else "new",
        name=lead.company,
        amount=lead.expected_amount,
        expected_close_on=lead.expected_close_on,
    )
    return _page(desk, lead, form, candidates)


@bp.post("/<int:workspace_id>/lead/<int:item_id>/nurture")
@requires(Permission.WORKSPACE_WRITE)
def nurture_lead(workspace_id: int, item_id: int) -> ResponseReturnValue:
    """Take the next step of nurturing."""
    return press(
        workspace_id, "lead", item_id, conversion.nurture, done=_("The step of nurturing is noted.")
    )


def _convert(workspace_id: int, item_id: int) -> ResponseReturnValue:
    g.submitted_form = form = ConvertForm()
    try:
        with writing_desk(workspace_id) as desk:
            if before := led_before(desk):
                return before
            lead = find_to_change(desk, Lead, item_id)
            candidates = conversion.customer_candidates(desk, lead)
            _offer(desk, form, candidates)
            if not form.validate():
                return _page(desk, lead, form, candidates)
            made = conversion.convert_lead(desk, lead, _conversion(form), form.version.data or 0)
            entity = "opportunity" if made.opportunity else "customer"
            target = made.opportunity or made.customer
            address = record_url(workspace_id, entity, target.id)
            remember(desk, address)
    except RuleError as error:
        form.refuse(error)
        desk = reading_desk(workspace_id)
        lead = find_within_reach(desk, Lead, item_id)
        return _page(desk, lead, form, conversion.customer_candidates(desk, lead))
    flash(_("The lead is converted."))
    return redirect(address, 303)


def _conversion(form: ConvertForm) -> Conversion:
    deal = None
    if form.has_deal.data and form.amount.data is not None and form.expected_close_on.data:
        deal = Deal(form.name.data or "", form.amount.data, form.expected_close_on.data)
    is_new = form.customer.data == "new"
    contact = form.contact.data or "new"
    return Conversion(
        None if is_new else int(form.customer.data),
        None if is_new or contact == "new" else int(contact),
        deal,
        form.duplicate_reason.data or "",
    )


def _offer(desk: Desk, form: ConvertForm, candidates: list[Candidate]) -> None:
    """Set the customers and contacts to choose from."""
    form.customer.choices = [
        *((str(each.id), _candidate_line(each)) for each in candidates),
        ("new", _("A new customer")),
    ]
    form.contact.choices = [
        ("new", _("The lead's contact; who has the same number is found")),
        *(
            (str(contact.id), f"{contact.name} · {each.title}")
            for each in candidates
            for contact in conversion.contacts_of(desk, each.id)
        ),
    ]


def _candidate_line(candidate: Candidate) -> str:
    return f"{candidate.title} · {', '.join(candidate.words)}"


def _page(
    desk: Desk, lead: Lead, form: ConvertForm, candidates: list[Candidate]
) -> ResponseReturnValue:
    _offer(desk, form, candidates)
    owners = {each.owner_id for each in candidates if each.owner_id}
    return render_refused(
        "crm/convert.html",
        desk,
        form,
        lead=lead,
        candidates=candidates,
        owners=names_of(desk, {"seller": owners}),
        cells=[cell(desk, lead, name, Names()) for name in _SHOWN],
    )


def _panel(*, desk: Desk, record: Layered, can_write: bool = False, **_more: Any) -> str:
    if not isinstance(record, Lead):
        return ""
    return render_template(
        "crm/_lead_panel.html",
        desk=desk,
        lead=record,
        score=conversion.score_lead(desk, record),
        grades=scoring.GRADES,
        steps=[(code, NURTURE_STEPS[code]) for code in scoring.NURTURING],
        next_step=scoring.next_step(record.nurture_step),
        is_open=record.status not in CLOSED,
        can_edit=can_write and may_edit(desk, record),
    )
