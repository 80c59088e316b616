"""A rule of assignment: which leads it is for, and who gets them."""

from collections.abc import Mapping
from typing import Any

from flask import Flask, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectMultipleField

from training_platform.core import slots
from training_platform.core.errors import RuleError
from training_platform.core.forms import VersionedForm
from training_platform.core.i18n import translate
from training_platform.core.permissions import Permission
from training_platform.core.web import requires
from training_platform.crm.choices import (
    INDUSTRIES,
    LEAD_POTENTIALS,
    REGIONS,
    SOURCES,
    TIERS,
    Choices,
)
from training_platform.crm.desk import Desk
from training_platform.crm.models import AssignmentRule, Layered
from training_platform.crm.queries import sellers
from training_platform.crm.rules import access
from training_platform.crm.services import assignment as services
from training_platform.crm.services.access import expect_leading, find_to_change, find_within_reach
from training_platform.crm.views.blueprint import bp, reading_desk, render_refused, writing_desk

_CHOICES: Mapping[str, Choices] = {
    "region": REGIONS,
    "industry": INDUSTRIES,
    "source": SOURCES,
    "potential": LEAD_POTENTIALS,
    "tier": TIERS,
}


class TermsForm(VersionedForm):
    """The conditions of a rule, each a choice of several values, and its sellers."""

    region = SelectMultipleField(_l("Region"))
    industry = SelectMultipleField(_l("Industry"))
    source = SelectMultipleField(_l("Source"))
    potential = SelectMultipleField(_l("Potential"))
    tier = SelectMultipleField(
        _l("Tier"), description=_l("Of the customer that already has the lead's name.")
    )
    seller_ids = SelectMultipleField(
        _l("Sellers"), coerce=int, description=_l("Choose nobody where a person shall decide.")
    )

    def offer(self, desk: Desk) -> None:
        """Set what can be chosen."""
        for name, choices in _CHOICES.items():
            self[name].choices = [(code, translate(text)) for code, text in choices.items()]
        self.seller_ids.choices = sellers.choices(desk)

    def show(self, rule: AssignmentRule) -> None:
        """Show what a rule says now."""
        self.version.data = rule.version
        for name in _CHOICES:
            self[name].data = list((rule.conditions or {}).get(name, ()))
        self.seller_ids.data = [int(ident) for ident in rule.seller_ids or ()]

    @property
    def conditions(self) -> dict[str, list[str]]:
        """Return the conditions that were chosen."""
        return {name: self[name].data for name in _CHOICES if self[name].data}


def init_app(app: Flask) -> None:
    """Offer the conditions on the page of a rule."""
    slots.fill(app, "crm.record_actions", _action)


@bp.route("/<int:workspace_id>/assignment_rule/<int:item_id>/terms", methods=["GET", "POST"])
@requires(Permission.WORKSPACE_WRITE)
def rule_terms(workspace_id: int, item_id: int) -> ResponseReturnValue:
    """Show a rule's conditions and sellers, and take others."""
    form = TermsForm()
    if form.is_submitted():
        try:
            with writing_desk(workspace_id) as desk:
                expect_leading(desk)
                rule = find_to_change(desk, AssignmentRule, item_id)
                form.offer(desk)
                if form.validate():
                    services.set_terms(
                        desk,
                        rule,
                        form.conditions,
                        form.seller_ids.data or [],
                        form.version.data or 0,
                    )
                    flash(_("Saved."))
                    return redirect(url_for(".assignment", workspace_id=workspace_id), 303)
        except RuleError as error:
            form.refuse(error)
    desk = reading_desk(workspace_id)
    expect_leading(desk)
    rule = find_within_reach(desk, AssignmentRule, item_id)
    form.offer(desk)
    if not form.is_submitted():
        form.show(rule)
    return render_refused("crm/rule_terms.html", desk, form, rule=rule)


def _action(*, desk: Desk, record: Layered, can_write: bool = False, **_more: Any) -> str:
    if not (can_write and isinstance(record, AssignmentRule) and access.leads(desk.seller.role)):
        return ""
    return render_template("crm/_rule_actions.html", rule=record)
