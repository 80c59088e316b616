"""A sale from quote to money: the deal's page, quotes, contracts, orders, payments."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from flask import Flask, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from training_platform.core import clock, slots
from training_platform.core.errors import NotFoundError, RuleError
from training_platform.core.permissions import Permission
from training_platform.core.text import whole_number
from training_platform.core.web import requires
from training_platform.crm.choices import CONTRACT_STATES, ORDER_STATES, PAYMENT_KINDS, QUOTE_STATES
from training_platform.crm.desk import Desk
from training_platform.crm.models import Contract, Layered, Opportunity, Order, Quote
from training_platform.crm.queries import deals as queries
from training_platform.crm.registry import ENTITIES
from training_platform.crm.rules import quoting as quote_rules
from training_platform.crm.rules import stages as stage_rules
from training_platform.crm.selling_forms import MOST_LINES, PaymentForm, QuoteForm, SignForm
from training_platform.crm.services import contracts, quoting, stages
from training_platform.crm.services.access import (
    expect_editable,
    find_to_change,
    find_within_reach,
    may_edit,
)
from training_platform.crm.services.contracts import Receipt
from training_platform.crm.services.entry import AFTER_CREATE
from training_platform.crm.services.quoting import QuoteDraft
from training_platform.crm.views.blueprint import (
    bp,
    reading_desk,
    render,
    render_refused,
    writing_desk,
)
from training_platform.crm.views.selling import (
    back_url,
    find_on_page,
    led_before,
    press,
    record_url,
    remember,
)

#: Act on a quote → what it does, and what is said then.
QUOTE_ACTS: Mapping[str, tuple[Callable[[Desk, Any, int], Any], Any]] = {
    "submit": (quoting.submit_quote, _l("The quote is finished.")),
    "approve": (
        lambda desk, quote, version: quoting.decide_quote(
            desk, quote, is_approved=True, expected_version=version
        ),
        _l("The quote is approved."),
    ),
    "reject": (
        lambda desk, quote, version: quoting.decide_quote(
            desk, quote, is_approved=False, expected_version=version
        ),
        _l("The quote is a draft again."),
    ),
    "send": (quoting.send_quote, _l("The quote is sent.")),
    "accept": (
        lambda desk, quote, version: quoting.answer_quote(
            desk, quote, is_accepted=True, expected_version=version
        ),
        _l("The customer has accepted."),
    ),
    "refuse": (
        lambda desk, quote, version: quoting.answer_quote(
            desk, quote, is_accepted=False, expected_version=version
        ),
        _l("The customer has refused."),
    ),
    "contract": (
        lambda desk, quote, _version: quoting.draft_contract(desk, quote),
        _l("The contract is drafted."),
    ),
}
_PAYABLE: Mapping[str, type[Contract] | type[Order]] = {"contract": Contract, "order": Order}


def init_app(app: Flask) -> None:
    """Show the way of a sale on its records, and keep the customer's stage in step."""
    slots.fill(app, "crm.record", _panel)
    follow = AFTER_CREATE.setdefault("opportunity", [])
    if mirror_new not in follow:
        follow.append(mirror_new)


def mirror_new(desk: Desk, opportunity: Any) -> None:
    """Let the customer of a new opportunity show its stage."""
    stages.mirror_stage(desk, opportunity.customer_id)


@bp.get("/<int:workspace_id>/opportunity/<int:item_id>/deal")
@requires(Permission.WORKSPACE_READ)
def deal(workspace_id: int, item_id: int) -> ResponseReturnValue:
    """Show a sale as a whole, with the next thing to do."""
    desk = reading_desk(workspace_id)
    opportunity = find_within_reach(desk, Opportunity, item_id)
    return render(
        "crm/deal.html",
        desk,
        opportunity=opportunity,
        deal=queries.deal_of(desk, opportunity),
        steps=queries.steps_of(desk, opportunity),
        stages=stage_rules.STAGES,
        is_open=opportunity.stage in stage_rules.OPEN,
        can_edit=may_edit(desk, opportunity),
        quote_states=QUOTE_STATES,
        contract_states=CONTRACT_STATES,
        order_states=ORDER_STATES,
        payment_kinds=PAYMENT_KINDS,
        may_grant=lambda quote: quote_rules.may_grant(desk.seller.role, quote.discount_percent),
    )


@bp.route("/<int:workspace_id>/opportunity/<int:item_id>/quotes/new", methods=["GET", "POST"])
@requires(Permission.WORKSPACE_WRITE)
def new_quote(workspace_id: int, item_id: int) -> ResponseReturnValue:
    """Draft a quote for an opportunity."""
    form = QuoteForm()
    address = url_for(".deal", workspace_id=workspace_id, item_id=item_id)
    if request.method == "POST" and form.validate():
        try:
            with writing_desk(workspace_id) as desk:
                if before := led_before(desk):
                    return before
                opportunity = find_to_change(desk, Opportunity, item_id)
                quoting.draft_quote(desk, opportunity, _draft(form))
                remember(desk, address)
        except RuleError as error:
            form.refuse(error)
        else:
            flash(_("The quote is drafted."))
            return redirect(address, 303)
    desk = reading_desk(workspace_id)
    opportunity = find_on_page(desk, Opportunity, item_id)
    expect_editable(desk, opportunity)
    if request.method == "GET":
        form.valid_until_on.data = queries.default_validity(quoting.today(desk))
    return _quote_page(desk, opportunity, form, _typed_lines())


@bp.route("/<int:workspace_id>/quote/<int:item_id>/lines", methods=["GET", "POST"])
@requires(Permission.WORKSPACE_WRITE)
def edit_quote(workspace_id: int, item_id: int) -> ResponseReturnValue:
    """Change a quote that was not sent; its approval begins anew."""
    form, lines = QuoteForm(), _typed_lines()
    if request.method == "POST" and form.validate():
        try:
            with writing_desk(workspace_id) as desk:
                quote = find_to_change(desk, Quote, item_id)
                quoting.change_quote(desk, quote, _draft(form), form.version.data or 0)
        except RuleError as error:
            form.refuse(error)
        else:
            flash(_("The quote is changed. It must be finished again."))
            return redirect(_deal_url(workspace_id, quote), 303)
    desk = reading_desk(workspace_id)
    quote = find_on_page(desk, Quote, item_id)
    expect_editable(desk, quote)
    opportunity = find_within_reach(desk, Opportunity, quote.opportunity_id)
    if request.method == "GET":
        form = QuoteForm(formdata=None, obj=quote)
        lines = [
            (str(line.product_id), str(line.quantity_count))
            for line in quoting.lines_of(desk, quote.id)
        ]
    return _quote_page(desk, opportunity, form, lines, quote)


@bp.post("/<int:workspace_id>/quote/<int:item_id>/<act>")
@requires(Permission.WORKSPACE_WRITE)
def act_on_quote(workspace_id: int, item_id: int, act: str) -> ResponseReturnValue:
    """Finish, approve, send, answer a quote, or make its contract."""
    if act not in QUOTE_ACTS:
        raise NotFoundError
    service, done = QUOTE_ACTS[act]
    return press(workspace_id, "quote", item_id, service, done=str(done))


@bp.route("/<int:workspace_id>/contract/<int:item_id>/sign", methods=["GET", "POST"])
@requires(Permission.WORKSPACE_WRITE)
def sign_contract(workspace_id: int, item_id: int) -> ResponseReturnValue:
    """Ask until when the contract runs, and sign it."""
    form = SignForm()
    if request.method == "POST" and form.validate() and form.ends_on.data:
        try:
            with writing_desk(workspace_id) as desk:
                contract = find_to_change(desk, Contract, item_id)
                contracts.sign_contract(desk, contract, form.ends_on.data, form.version.data or 0)
        except RuleError as error:
            form.refuse(error)
        else:
            flash(_("The contract is signed."))
            return redirect(_deal_url(workspace_id, contract), 303)
    desk = reading_desk(workspace_id)
    contract = find_on_page(desk, Contract, item_id)
    expect_editable(desk, contract)
    if request.method == "GET":
        form.version.data = contract.version
        form.ends_on.data = queries.a_year_after(quoting.today(desk))
    back = _deal_url(workspace_id, contract)
    return render_refused("crm/sign.html", desk, form, contract=contract, back=back)


@bp.post("/<int:workspace_id>/contract/<int:item_id>/order")
@requires(Permission.WORKSPACE_WRITE)
def place_order(workspace_id: int, item_id: int) -> ResponseReturnValue:
    """Order what a signed contract is about."""
    return press(
        workspace_id,
        "contract",
        item_id,
        lambda desk, contract, _version: contracts.place_order(desk, contract),
        done=_("The order is placed."),
    )


@bp.route(
    "/<int:workspace_id>/contract/<int:item_id>/payment",
    methods=["GET", "POST"],
    defaults={"entity": "contract"},
)
@bp.route(
    "/<int:workspace_id>/order/<int:item_id>/payment",
    methods=["GET", "POST"],
    defaults={"entity": "order"},
)
@requires(Permission.WORKSPACE_WRITE)
def take_payment(workspace_id: int, entity: str, item_id: int) -> ResponseReturnValue:
    """Write down a payment or a refund on a contract or an order."""
    form = PaymentForm()
    form.offer()
    if request.method == "POST":
        try:
            with writing_desk(workspace_id) as desk:
                if before := led_before(desk):
                    return before
                target = find_to_change(desk, _PAYABLE[entity], item_id)
                if form.validate():
                    contracts.take_payment(desk, target, _receipt(form))
                    address = back_url(_deal_url(workspace_id, target))
                    remember(desk, address)
                    flash(_("The payment is noted."))
                    return redirect(address, 303)
        except RuleError as error:
            form.refuse(error)
    desk = reading_desk(workspace_id)
    target = find_within_reach(desk, _PAYABLE[entity], item_id)
    expect_editable(desk, target)
    paid = contracts.paid_amount(desk, target)
    if request.method == "GET":
        form.amount.data = (target.amount or 0) - paid
    return render_refused(
        "crm/payment.html",
        desk,
        form,
        target=target,
        entity=ENTITIES[entity],
        paid=paid,
        next=back_url(_deal_url(workspace_id, target)),
    )


def _receipt(form: PaymentForm) -> Receipt:
    paid_at = form.paid_at.data
    return Receipt(
        form.amount.data or Decimal(0),
        form.kind.data or "",
        paid_at.replace(tzinfo=clock.company_zone()) if paid_at else None,
        form.remarks.data or "",
    )


def _deal_url(workspace_id: int, target: Any) -> str:
    """Return the page of the sale; records without one have their own."""
    opportunity_id = getattr(target, "opportunity_id", None)
    if opportunity_id is None:
        return record_url(workspace_id, target.entity, target.id)
    return url_for("crm.deal", workspace_id=workspace_id, item_id=opportunity_id)


def _typed_lines() -> list[tuple[str, str]]:
    """Return what stood in the lines of the posted form, as it was typed."""
    return [
        (request.form.get(f"product_{n}", ""), request.form.get(f"quantity_{n}", "").strip())
        for n in range(MOST_LINES)
    ]


def _draft(form: QuoteForm) -> QuoteDraft:
    return QuoteDraft(
        [
            (whole_number(product) or 0, whole_number(count) or 0)
            for product, count in _typed_lines()
            if product
        ],
        form.valid_until_on.data or date.min,
        form.discount_percent.data or 0,
        form.discount_reason.data or "",
        form.remarks.data or "",
    )


def _quote_page(
    desk: Desk,
    opportunity: Opportunity,
    form: QuoteForm,
    lines: list[tuple[str, str]],
    quote: Quote | None = None,
) -> ResponseReturnValue:
    empty = [("", "")] * (MOST_LINES - len(lines))
    return render_refused(
        "crm/quote.html",
        desk,
        form,
        opportunity=opportunity,
        quote=quote,
        lines=[*lines, *empty],
        products=queries.products(desk),
        authority=quote_rules.AUTHORITY.get(desk.seller.role, 0),
        back=url_for(".deal", workspace_id=desk.workspace.id, item_id=opportunity.id),
    )


def _panel(*, desk: Desk, record: Layered, can_write: bool = False, **_more: Any) -> str:
    """Draw the part that an opportunity, quote, contract or order has on its page."""
    can_edit = can_write and isinstance(record, Opportunity | Quote | Contract | Order)
    can_edit = can_edit and may_edit(desk, record)
    shared = {"desk": desk, "record": record, "can_edit": can_edit}
    if isinstance(record, Opportunity):
        return render_template(
            "crm/_opportunity_panel.html",
            **shared,
            steps=queries.steps_of(desk, record),
            stages=stage_rules.STAGES,
            days=stage_rules.days_in_stage(record.stage_entered_at, desk.now),
            is_stale=stage_rules.is_stale(record.stage, record.stage_entered_at, desk.now),
        )
    if isinstance(record, Quote):
        lines = queries.lines_of(desk, record.id)
        may_grant = quote_rules.may_grant(desk.seller.role, record.discount_percent)
        return render_template("crm/_quote_panel.html", **shared, lines=lines, may_grant=may_grant)
    if isinstance(record, Contract | Order):
        paid = contracts.paid_amount(desk, record)
        return render_template("crm/_money_panel.html", **shared, paid=paid)
    return ""
