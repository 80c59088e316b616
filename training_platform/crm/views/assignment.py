"""Assigning leads: the rules, what waits, a trial that saves nothing, and by hand with a reason."""

import csv
from collections.abc import Mapping
from typing import Any

from flask import Flask, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import ColumnElement, select

from training_platform.core import slots
from training_platform.core.errors import RuleError
from training_platform.core.i18n import translate
from training_platform.core.permissions import Permission
from training_platform.core.text import whole_number
from training_platform.core.web import requires
from training_platform.crm.choices import (
    ASSIGN_STRATEGIES,
    INDUSTRIES,
    LEAD_POTENTIALS,
    REGIONS,
    SOURCES,
    TIERS,
    Choices,
)
from training_platform.crm.desk import Desk
from training_platform.crm.models import Layered, Lead
from training_platform.crm.queries import sellers
from training_platform.crm.queries.names import names_of
from training_platform.crm.rules import access
from training_platform.crm.selling_forms import ReassignForm
from training_platform.crm.services import assignment as services
from training_platform.crm.services.access import (
    expect_leading,
    find_to_change,
    find_within_reach,
    may_edit,
)
from training_platform.crm.services.records import derive, new_row
from training_platform.crm.views.blueprint import (
    bp,
    reading_desk,
    render,
    render_refused,
    writing_desk,
)
from training_platform.crm.views.selling import record_url

MOST_SHOWN, MOST_PASTED = 100, 100
#: What the columns of pasted leads are, in their order.
PASTED: Mapping[str, Choices] = {
    "region": REGIONS,
    "industry": INDUSTRIES,
    "source": SOURCES,
    "potential": LEAD_POTENTIALS,
}
_CONDITIONS: Mapping[str, Choices] = {**PASTED, "tier": TIERS}


def init_app(app: Flask) -> None:
    """Offer handing over on the page of a lead."""
    slots.fill(app, "crm.record_actions", _action)


@bp.get("/<int:workspace_id>/assignment")
@requires(Permission.WORKSPACE_READ)
def assignment(workspace_id: int) -> ResponseReturnValue:
    """Show the rules in their order, and the leads that wait."""
    desk = reading_desk(workspace_id)
    rules = services.active_rules(desk)
    waiting = _waiting(desk)
    named = {int(ident) for rule in rules for ident in rule.seller_ids or ()}
    return render(
        "crm/assignment.html",
        desk,
        rules=[(rule, _in_words(rule.conditions)) for rule in rules],
        strategies=ASSIGN_STRATEGIES,
        names=names_of(desk, {"seller": named}),
        leads=waiting,
        can_assign=access.leads(desk.seller.role),
    )


@bp.post("/<int:workspace_id>/assignment")
@requires(Permission.WORKSPACE_WRITE)
def assign_leads(workspace_id: int) -> ResponseReturnValue:
    """Assign the chosen leads by the rules; those that a person must decide stay."""
    with writing_desk(workspace_id) as desk:
        expect_leading(desk)
        chosen = set(map(whole_number, request.form.getlist("id"))) - {None}
        leads = _waiting(desk, Lead.id.in_(chosen))
        outcomes = [services.assign(desk, lead) for lead in leads]
    done = sum(1 for outcome in outcomes if outcome.seller is not None)
    flash(ngettext("%(num)s lead is assigned.", "%(num)s leads are assigned.", done))
    left = {outcome.words for outcome in outcomes if outcome.seller is None}
    if left:
        flash(
            _("Left for a person to decide: %(reasons)s", reasons="; ".join(sorted(left))), "warn"
        )
    return redirect(url_for(".assignment", workspace_id=workspace_id), 303)


@bp.route("/<int:workspace_id>/assignment/trial", methods=["GET", "POST"])
@requires(Permission.WORKSPACE_READ)
def try_assignment(workspace_id: int) -> ResponseReturnValue:
    """Show who would get the leads that wait, or pasted ones, and why. Nothing is saved."""
    desk = reading_desk(workspace_id)
    text = request.form.get("leads", "")[:20_000]
    pasted = _pasted(text)
    leads = pasted or _waiting(desk)
    return render(
        "crm/assignment_trial.html",
        desk,
        outcomes=services.simulate(desk, leads),
        text=text,
        is_pasted=bool(pasted),
        columns=PASTED,
        labels=_LABELS,
    )


@bp.route("/<int:workspace_id>/lead/<int:item_id>/reassign", methods=["GET", "POST"])
@requires(Permission.WORKSPACE_WRITE)
def reassign_lead(workspace_id: int, item_id: int) -> ResponseReturnValue:
    """Give a lead to a named seller, with the reason."""
    form = ReassignForm()
    if request.method == "POST":
        try:
            with writing_desk(workspace_id) as desk:
                lead = find_to_change(desk, Lead, item_id)
                form.seller_id.choices = sellers.choices(desk)
                if form.validate():
                    services.reassign(
                        desk,
                        lead,
                        form.seller_id.data,
                        form.reason.data or "",
                        form.version.data or 0,
                    )
                    back = url_for(".assignment", workspace_id=workspace_id)
                    if sellers_reach(desk, lead.id):
                        back = record_url(workspace_id, "lead", item_id)
                    flash(_("The lead is handed over."))
                    return redirect(back, 303)
        except RuleError as error:
            form.refuse(error)
    desk = reading_desk(workspace_id)
    lead = find_within_reach(desk, Lead, item_id)
    form.seller_id.choices = sellers.choices(desk)
    if request.method == "GET":
        form.version.data = lead.version
    back = record_url(workspace_id, "lead", item_id)
    return render_refused("crm/reassign.html", desk, form, lead=lead, back=back)


def sellers_reach(desk: Desk, lead_id: int) -> bool:
    """Tell whether the seller still sees a lead after it was handed over."""
    found = select(Lead.id).where(Lead.id == lead_id, sellers.within_reach(desk, Lead))
    return desk.session.scalar(found) is not None


_LABELS: Mapping[str, str] = {
    "region": "Region",
    "industry": "Industry",
    "source": "Source",
    "potential": "Potential",
    "tier": "Tier",
}


def _in_words(conditions: dict[str, Any] | None) -> list[tuple[str, str]]:
    """Return a rule's conditions as (label, values)."""
    return [
        (
            _LABELS[name],
            translate(", ").join(translate(_CONDITIONS[name].get(code, code)) for code in codes),
        )
        for name, codes in (conditions or {}).items()
        if codes and name in _CONDITIONS
    ]


def _waiting(desk: Desk, *conditions: ColumnElement[bool]) -> list[Lead]:
    """Return new leads without an owner, the longest waiting first."""
    return list(
        desk.session.scalars(
            select(Lead)
            .where(Lead.owner_id.is_(None), Lead.status == "unassigned", *conditions)
            .order_by(Lead.received_at, Lead.id)
            .limit(MOST_SHOWN)
        )
    )


def _pasted(text: str) -> list[Lead]:
    """Return leads from pasted lines: name, region, industry, source, potential."""
    leads = []
    plain = text.replace("，", ",").replace("\t", ",")
    for cells in csv.reader(plain.splitlines()[:MOST_PASTED]):
        name, *rest = [cell.strip() for cell in cells] or [""]
        if not name:
            continue
        values = {
            field: _code(choices, cell)
            for (field, choices), cell in zip(PASTED.items(), rest, strict=False)
        }
        lead = new_row(Lead, company=name[:200], **values)
        derive(lead)
        leads.append(lead)
    return leads


def _code(choices: Choices, text: str) -> str | None:
    """Return the code of a text in either language, or of the code itself."""
    if text in choices:
        return text
    wanted = text.casefold()
    for code, label in choices.items():
        if wanted in {label.casefold(), translate(label).casefold()}:
            return code
    return None


def _action(*, desk: Desk, record: Layered, can_write: bool = False, **_more: Any) -> str:
    if not (can_write and isinstance(record, Lead)) or record.status in services.CLOSED:
        return ""
    is_mine = record.owner_id == desk.seller.id
    leads = access.leads(desk.seller.role) and (record.owner_id is None or may_edit(desk, record))
    if not (is_mine or leads):
        return ""
    return render_template(
        "crm/_lead_actions.html", lead=record, is_convertible=may_edit(desk, record)
    )
