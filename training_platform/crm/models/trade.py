"""What is sold: products, quotes, contracts, orders, payments, referral rewards."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy.orm import Mapped

from training_platform.core.db import Base
from training_platform.crm.choices import (
    CONTRACT_STATES,
    ORDER_STATES,
    PAYMENT_KINDS,
    PRODUCT_LINES,
    QUOTE_STATES,
    REFERRAL_STATES,
)
from training_platform.crm.fields import FieldKind as K
from training_platform.crm.fields import choice, column, reference
from training_platform.crm.models.base import Layered


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


class Product(Layered, Base):
    """Something that the company sells."""

    __tablename__ = "crm_product"
    entity = "product"
    search_fields = ("name", "code", "english_name")

    code: Mapped[str] = column(_("Product number"), read_only=True, index=True)
    name: Mapped[str] = column(_("Product"), required=True)
    english_name: Mapped[str] = column(_("Product in English"))
    line: Mapped[str] = choice(_("Product line"), PRODUCT_LINES, required=True)
    unit: Mapped[str] = column(_("Unit"))
    list_price_amount: Mapped[Decimal | None] = column(
        _("List price"), K.MONEY, required=True, rules=("V10",)
    )
    cost_amount: Mapped[Decimal | None] = column(_("Cost"), K.MONEY)
    is_active: Mapped[bool] = column(_("On sale"), K.BOOLEAN, default=True)
    description: Mapped[str | None] = column(_("What it is"), K.LONG_TEXT)


class Quote(Layered, Base):
    """An offer with its lines, valid for a time."""

    __tablename__ = "crm_quote"
    entity = "quote"
    title_field = "code"
    search_fields = ("code",)
    code_prefix = "Q-"

    code: Mapped[str] = column(_("Quote number"), read_only=True, index=True)
    customer_id: Mapped[int] = reference(_("Customer"), "customer", required=True)
    opportunity_id: Mapped[int | None] = reference(_("Opportunity"), "opportunity")
    status: Mapped[str] = choice(_("Status"), QUOTE_STATES, default="draft", read_only=True)
    discount_percent: Mapped[int] = column(_("Discount (%)"), K.PERCENT, default=0, read_only=True)
    discount_reason: Mapped[str | None] = column(_("Why this discount"), read_only=True)
    amount: Mapped[Decimal | None] = column(_("Amount"), K.MONEY, read_only=True)
    valid_until_on: Mapped[date | None] = column(
        _("Valid until"), K.DATE, required=True, rules=("V10",)
    )
    sent_at: Mapped[datetime | None] = column(_("Sent at"), K.INSTANT, read_only=True)
    approved_at: Mapped[datetime | None] = column(_("Approved at"), K.INSTANT, read_only=True)
    approved_by_id: Mapped[int | None] = column(
        _("Approved by"), K.REFERENCE, refers_to="seller", read_only=True
    )
    owner_id: Mapped[int | None] = reference(_("Owner"), "seller", read_only=True)
    remarks: Mapped[str | None] = column(_("Remarks"), K.LONG_TEXT)


class QuoteLine(Layered, Base):
    """One product of a quote."""

    __tablename__ = "crm_quote_line"
    entity = "quote_line"
    title_field = "id"

    quote_id: Mapped[int] = reference(_("Quote"), "quote", required=True)
    product_id: Mapped[int] = reference(_("Product"), "product", required=True)
    quantity_count: Mapped[int] = column(_("Quantity"), K.INTEGER, required=True)
    unit_price_amount: Mapped[Decimal | None] = column(
        _("Unit price"), K.MONEY, required=True, rules=("V10",)
    )


class Contract(Layered, Base):
    """What was agreed, and when it was signed."""

    __tablename__ = "crm_contract"
    entity = "contract"
    title_field = "code"
    search_fields = ("code",)
    code_prefix = "HT-"

    code: Mapped[str] = column(_("Contract number"), read_only=True, index=True)
    customer_id: Mapped[int] = reference(_("Customer"), "customer", required=True)
    opportunity_id: Mapped[int | None] = reference(_("Opportunity"), "opportunity")
    quote_id: Mapped[int | None] = reference(_("Quote"), "quote")
    status: Mapped[str] = choice(_("Status"), CONTRACT_STATES, default="draft", read_only=True)
    amount: Mapped[Decimal | None] = column(_("Amount"), K.MONEY, required=True, rules=("V10",))
    signed_at: Mapped[datetime | None] = column(
        _("Signed at"), K.INSTANT, rules=("V08",), read_only=True
    )
    starts_on: Mapped[date | None] = column(_("Starts on"), K.DATE)
    ends_on: Mapped[date | None] = column(_("Ends on"), K.DATE)
    terms: Mapped[str | None] = column(_("Terms"), K.LONG_TEXT)
    owner_id: Mapped[int | None] = reference(_("Owner"), "seller", read_only=True)


class Order(Layered, Base):
    """What was ordered. Paid orders decide tier, RFM and sales reports."""

    __tablename__ = "crm_order"
    entity = "order"
    title_field = "code"
    search_fields = ("code",)
    code_prefix = "D-"

    code: Mapped[str] = column(_("Order number"), read_only=True, index=True)
    customer_id: Mapped[int] = reference(_("Customer"), "customer", required=True)
    contract_id: Mapped[int | None] = reference(_("Contract"), "contract")
    campaign_id: Mapped[int | None] = column(_("Campaign"), K.REFERENCE, refers_to="campaign")
    status: Mapped[str] = choice(_("Status"), ORDER_STATES, default="open")
    ordered_at: Mapped[datetime] = column(_("Ordered at"), K.INSTANT, required=True, index=True)
    paid_at: Mapped[datetime | None] = column(_("Paid at"), K.INSTANT, index=True, read_only=True)
    amount: Mapped[Decimal | None] = column(
        _("Amount"), K.MONEY, required=True, rules=("V10", "V17")
    )
    #: What was paid back; the net amount is amount less refunds.
    refunded_amount: Mapped[Decimal | None] = column(_("Refunded"), K.MONEY, read_only=True)
    owner_id: Mapped[int | None] = reference(_("Owner"), "seller", read_only=True)


class OrderLine(Layered, Base):
    """One product of an order."""

    __tablename__ = "crm_order_line"
    entity = "order_line"
    title_field = "id"

    order_id: Mapped[int] = reference(_("Order"), "order", required=True)
    product_id: Mapped[int] = reference(_("Product"), "product", required=True)
    quantity_count: Mapped[int] = column(_("Quantity"), K.INTEGER, required=True)
    unit_price_amount: Mapped[Decimal | None] = column(_("Unit price"), K.MONEY, required=True)
    cost_amount: Mapped[Decimal | None] = column(_("Cost"), K.MONEY)


class Payment(Layered, Base):
    """Money that came in or went back, on one order or one contract."""

    __tablename__ = "crm_payment"
    entity = "payment"
    title_field = "code"
    search_fields = ("code",)
    code_prefix = "P-"

    code: Mapped[str] = column(_("Payment number"), read_only=True, index=True)
    kind: Mapped[str] = choice(_("Kind"), PAYMENT_KINDS, default="payment", required=True)
    customer_id: Mapped[int] = reference(_("Customer"), "customer", required=True)
    order_id: Mapped[int | None] = reference(_("Order"), "order")
    contract_id: Mapped[int | None] = reference(_("Contract"), "contract")
    paid_at: Mapped[datetime] = column(_("Paid at"), K.INSTANT, required=True, rules=("V17",))
    amount: Mapped[Decimal | None] = column(_("Amount"), K.MONEY, required=True, rules=("V10",))
    remarks: Mapped[str | None] = column(_("Remarks"), K.LONG_TEXT)


class Referral(Layered, Base):
    """A customer brought another; five percent of the first paid order is the reward."""

    __tablename__ = "crm_referral"
    entity = "referral"
    title_field = "code"
    search_fields = ("code", "referred_name")
    customer_field = "referrer_id"
    code_prefix = "ZJ-"

    code: Mapped[str] = column(_("Referral number"), read_only=True, index=True)
    referrer_id: Mapped[int] = reference(_("Referred by"), "customer", required=True)
    referred_id: Mapped[int | None] = reference(_("New customer"), "customer")
    referred_name: Mapped[str] = column(_("Name of the new customer"), required=True)
    claimed_at: Mapped[datetime] = column(_("Applied for at"), K.INSTANT, read_only=True)
    status: Mapped[str] = choice(_("Status"), REFERRAL_STATES, default="claimed")
    order_id: Mapped[int | None] = reference(_("First paid order"), "order")
    rate_percent: Mapped[int] = column(_("Reward (%)"), K.PERCENT, default=5)
    reward_amount: Mapped[Decimal | None] = column(_("Reward"), K.MONEY)
    refused_reason: Mapped[str | None] = column(_("Why refused"))
