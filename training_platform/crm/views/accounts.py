"""Accounts of the practice company: who has one, what went out through it, suspending it."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from training_platform.core import slots
from training_platform.core.errors import NotFoundError, RuleError
from training_platform.core.i18n import translate
from training_platform.core.permissions import Permission
from training_platform.core.web import requires
from training_platform.crm import cells
from training_platform.crm.choices import REGIONS, SELLER_ROLES
from training_platform.crm.desk import Desk
from training_platform.crm.models import CrmEvent, Seller
from training_platform.crm.queries import accounts as queries
from training_platform.crm.queries.names import names_of
from training_platform.crm.registry import ENTITIES
from training_platform.crm.rules import access
from training_platform.crm.services import accounts as services
from training_platform.crm.services import entry, exports
from training_platform.crm.views.blueprint import bp, reading_desk, render, writing_desk
from training_platform.crm.views.exports import STATES
from training_platform.crm.views.selling import seen_version


def init_app(app: Flask) -> None:
    """Offer the accounts to those who lead."""
    slots.fill(app, "crm.tools", _offer)


@bp.get("/<int:workspace_id>/accounts")
@requires(Permission.WORKSPACE_READ)
def accounts(workspace_id: int) -> ResponseReturnValue:
    """Show the accounts that the seller who is played looks after; others learn who does."""
    desk = reading_desk(workspace_id)
    leads = access.leads(desk.seller.role)
    return render(
        "crm/accounts.html",
        desk,
        leads=leads,
        accounts=queries.accounts(desk) if leads else [],
        days=queries.COUNTED_DAYS,
        roles=SELLER_ROLES,
        regions=REGIONS,
    )


@bp.get("/<int:workspace_id>/accounts/<int:seller_id>")
@requires(Permission.WORKSPACE_READ)
def account(workspace_id: int, seller_id: int) -> ResponseReturnValue:
    """Show one account: its state, what was done to it, and every export that it took."""
    desk = reading_desk(workspace_id)
    return _page(desk, services.find_account(desk, seller_id))


@bp.post("/<int:workspace_id>/accounts/<int:seller_id>/<account_act>")
@requires(Permission.WORKSPACE_WRITE)
def account_do(workspace_id: int, seller_id: int, account_act: str) -> ResponseReturnValue:
    """Suspend an account, open it again, or renew its access."""
    if account_act not in _ACTS:
        raise NotFoundError
    act, done = _ACTS[account_act]
    try:
        with writing_desk(workspace_id) as desk:
            act(desk, services.find_account(desk, seller_id), seen_version())
    except RuleError as error:
        desk = reading_desk(workspace_id)
        found = services.find_account(desk, seller_id)
        return _page(desk, found, {error.field or "account": entry.said(error)}), 422
    flash(str(done))
    return redirect(url_for(".account", workspace_id=workspace_id, seller_id=seller_id), 303)


def _suspend(desk: Desk, account: Seller, version: int) -> None:
    services.suspend_account(desk, account, request.form.get("reason", ""), version)


_ACTS: Mapping[str, tuple[Callable[[Desk, Seller, int], Any], Any]] = {
    "suspend": (_suspend, _l("The account is suspended.")),
    "reinstate": (services.reinstate_account, _l("The account is open again.")),
    "rotate": (
        services.rotate_access,
        _l("The access is renewed: old passwords, sessions and keys are void."),
    ),
}


def _page(desk: Desk, found: Seller, refused: Mapping[str, str] | None = None) -> str:
    requests = exports.requests(desk, seller_id=found.id)
    acts = queries.acts_on(desk, found)
    people = {each.decided_by_id for each in requests} | {act.seller_id for act in acts}
    return render(
        "crm/account.html",
        desk,
        account=found,
        may_manage=services.may_manage(desk, found),
        requests=[(each, _columns(each.event)) for each in requests],
        states=STATES,
        acts=acts,
        names=names_of(desk, {"seller": {ident for ident in people if ident}}),
        roles=SELLER_ROLES,
        regions=REGIONS,
        refused=refused or {},
        typed=request.form,
    )


def _columns(event: CrmEvent) -> list[str]:
    """Return what the columns of an export are called."""
    entity = ENTITIES[event.entity or ""]
    known = {name: cells.field_of(entity, name) for name in event.context["fields"]}
    return [translate(field.label) if field else name for name, field in known.items()]


def _offer(*, desk: Desk, can_write: bool) -> str:
    if not access.leads(desk.seller.role):
        return ""
    return render_template("crm/_account_tools.html", desk=desk)
