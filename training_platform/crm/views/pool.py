"""The public pool: what lies in it, claiming, releasing, protecting."""

from datetime import timedelta
from typing import Any

from flask import Flask, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from training_platform.core import slots
from training_platform.core.errors import RuleError
from training_platform.core.permissions import Permission
from training_platform.core.tables import paginate
from training_platform.core.text import like_pattern
from training_platform.core.web import requires
from training_platform.crm.choices import INDUSTRIES, REGIONS
from training_platform.crm.desk import Desk
from training_platform.crm.models import Customer, Layered
from training_platform.crm.queries.names import names_of
from training_platform.crm.queries.tiers import tiers_of
from training_platform.crm.rules import access
from training_platform.crm.rules.pool import cool_down_ends
from training_platform.crm.selling_forms import ProtectForm, ReleaseForm, options
from training_platform.crm.services import pool as services
from training_platform.crm.services.access import (
    expect_editable,
    find_to_change,
    may_edit,
)
from training_platform.crm.views.blueprint import (
    bp,
    reading_desk,
    render,
    render_refused,
    writing_desk,
)
from training_platform.crm.views.selling import find_on_page, press, record_url

#: Own customers that go back within so many days are named in time.
WARNING_DAYS = 7


def init_app(app: Flask) -> None:
    """Offer claiming, releasing and protecting on the page of a customer."""
    slots.fill(app, "crm.record", _panel)


@bp.get("/<int:workspace_id>/pool")
@requires(Permission.WORKSPACE_READ)
def pool(workspace_id: int) -> ResponseReturnValue:
    """Show what lies in the pool, the limits, and what of one's own goes back soon."""
    desk = reading_desk(workspace_id)
    page = paginate(desk.session, _statement())
    customers = list(page.rows)
    numbers = services.numbers_of(desk)
    soon = desk.now + timedelta(days=WARNING_DAYS)
    return render(
        "crm/pool.html",
        desk,
        page=page,
        numbers=numbers,
        claimer=services.claimer_of(desk),
        tiers=tiers_of(desk, [customer.id for customer in customers]),
        names=names_of(
            desk, {"seller": {each.last_owner_id for each in customers if each.last_owner_id}}
        ),
        waits={
            each.id: cool_down_ends(each.pooled_at, numbers)
            for each in customers
            if each.last_owner_id == desk.seller.id
        },
        idle=services.idle_customers(desk, until=soon, owner_id=desk.seller.id),
        regions=options(REGIONS),
        industries=options(INDUSTRIES),
        warning_days=WARNING_DAYS,
    )


@bp.post("/<int:workspace_id>/customer/<int:item_id>/claim")
@requires(Permission.WORKSPACE_WRITE)
def claim_customer(workspace_id: int, item_id: int) -> ResponseReturnValue:
    """Take a customer out of the pool."""
    done = _("The customer is yours now.")
    back = url_for(".pool", workspace_id=workspace_id)
    return press(workspace_id, "customer", item_id, services.claim, done=done, fallback=back)


@bp.route("/<int:workspace_id>/customer/<int:item_id>/release", methods=["GET", "POST"])
@requires(Permission.WORKSPACE_WRITE)
def release_customer(workspace_id: int, item_id: int) -> ResponseReturnValue:
    """Ask for the reason, and give a customer back to the pool."""
    form = ReleaseForm()
    form.offer()
    if request.method == "POST" and form.validate():
        try:
            with writing_desk(workspace_id) as desk:
                customer = find_to_change(desk, Customer, item_id)
                services.release(desk, customer, form.words, form.version.data or 0)
        except RuleError as error:
            form.refuse(error)
        else:
            flash(_("The customer is back in the public pool."))
            return redirect(url_for(".pool", workspace_id=workspace_id), 303)
    desk = reading_desk(workspace_id)
    customer = find_on_page(desk, Customer, item_id)
    expect_editable(desk, customer)
    if request.method == "GET":
        form.version.data = customer.version
    return render_refused(
        "crm/release.html",
        desk,
        form,
        customer=customer,
        numbers=services.numbers_of(desk),
        back=record_url(workspace_id, "customer", item_id),
    )


@bp.post("/<int:workspace_id>/customer/<int:item_id>/protect")
@requires(Permission.WORKSPACE_WRITE)
def protect_customer(workspace_id: int, item_id: int) -> ResponseReturnValue:
    """Keep a customer from going back by itself, for some days; 0 ends it."""
    form = ProtectForm()
    days = form.days.data if form.validate() and form.days.data is not None else -1
    return press(
        workspace_id,
        "customer",
        item_id,
        lambda desk, customer, version: services.protect(desk, customer, days, version),
        done=_("The protection is changed."),
    )


def _statement() -> Any:
    """Return the customers of the pool that fit the filters, the latest first."""
    statement = select(Customer).where(Customer.owner_id.is_(None), Customer.retention == "active")
    if text := request.args.get("q", "").strip():
        statement = statement.where(Customer.folded.like(like_pattern(text[:80]), escape="\\"))
    for name in ("region", "industry"):
        if code := request.args.get(name):
            statement = statement.where(getattr(Customer, name) == code)
    return statement.order_by(Customer.pooled_at.desc().nulls_last(), Customer.id)


def _panel(*, desk: Desk, record: Layered, can_write: bool = False, **_more: Any) -> str:
    if not isinstance(record, Customer) or record.retention != "active":
        return ""
    is_pooled = record.owner_id is None
    can_edit = can_write and not is_pooled and may_edit(desk, record)
    if not (is_pooled or can_edit):
        return ""
    numbers = services.numbers_of(desk)
    return render_template(
        "crm/_pool_panel.html",
        desk=desk,
        customer=record,
        is_pooled=is_pooled,
        can_write=can_write,
        can_edit=can_edit,
        can_protect=can_edit and access.leads(desk.seller.role),
        form=ProtectForm(formdata=None, version=record.version),
        numbers=numbers,
        wait=cool_down_ends(record.pooled_at, numbers)
        if record.last_owner_id == desk.seller.id
        else None,
    )
