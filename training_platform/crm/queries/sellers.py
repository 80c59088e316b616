"""The company's sellers, and what the one who is played may see."""

from typing import Any

from sqlalchemy import ColumnElement, or_, select, true

from training_platform.core.i18n import language, translate
from training_platform.crm.choices import REGIONS, SELLER_ROLES
from training_platform.crm.desk import Desk
from training_platform.crm.models import Customer, Layered, Seller
from training_platform.crm.rules.roles import Reach, reach_of


def choices(desk: Desk) -> list[tuple[int, str]]:
    """Return every active seller as (id, name with role and team)."""
    found = desk.session.scalars(select(Seller).where(Seller.is_active).order_by(Seller.id))
    return [(seller.id, describe(seller)) for seller in found]


def shown_name(seller: Seller) -> str:
    """Return a seller's name as the page's language writes it."""
    return seller.name if language() == "zh" else seller.latin_name or seller.name


def describe(seller: Seller) -> str:
    """Return name, role and team of a seller in one line."""
    role, team = translate(SELLER_ROLES[seller.role]), translate(REGIONS[seller.team])
    return f"{shown_name(seller)} · {role} · {team}"


def within_reach(desk: Desk, model: type[Layered]) -> ColumnElement[bool]:
    """Return the condition that the seller who is played may see a record.

    Sellers see their own, team leads their team's, directors all; what nobody owns (the public
    pool, unassigned leads) everybody sees, and what the company shares (campaigns, knowledge).
    What has no owner of its own (contacts, payments) goes with its customer, and without one is
    open to all.
    """
    reach = reach_of(desk.seller.role)
    if reach is Reach.ALL or model.is_shared:
        return true()
    if hasattr(model, "owner_id"):
        return _is_reached(desk, reach, model.owner_id)
    customer_id: Any = getattr(model, "customer_id", None)
    if customer_id is None:
        return true()
    reached = select(Customer.id).where(_is_reached(desk, reach, Customer.owner_id))
    return or_(customer_id.is_(None), customer_id.in_(reached))


def _is_reached(desk: Desk, reach: Reach, owner: Any) -> ColumnElement[bool]:
    if reach is Reach.OWN:
        return or_(owner == desk.seller.id, owner.is_(None))
    team = select(Seller.id).where(Seller.team == desk.seller.team)
    return or_(owner.in_(team), owner.is_(None))
