"""How promising leads are: those of a page one by one, and all of them in SQL to filter and sort.

Both say the same (tests/crm/test_scores.py); the rows of a page need no look at all leads.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select

from training_platform.crm.desk import Desk
from training_platform.crm.fields import FieldKind
from training_platform.crm.models import Customer, Lead, WebVisit
from training_platform.crm.registry import ENTITIES
from training_platform.crm.rules import scoring
from training_platform.crm.rules.scoring import Score


def scores(desk: Desk) -> Select[int, int]:
    """Return the select of (lead_id, score)."""
    firms = _visited_firms(desk)
    by_name, by_mobile, by_both = (
        _summed(firms, *names) for names in (["name_key"], ["mobile"], ["name_key", "mobile"])
    )
    # A firm with the lead's name and its number is counted once.
    visits = _or_none(by_name) + _or_none(by_mobile) - _or_none(by_both)
    has_name, has_mobile = by_name.c.name_key == Lead.company_key, by_mobile.c.mobile == Lead.mobile
    has_both = and_(by_both.c.name_key == Lead.company_key, by_both.c.mobile == Lead.mobile)
    return (
        select(Lead.id.label("lead_id"), _points(visits).label("score"))
        .outerjoin(by_name, has_name)
        .outerjoin(by_mobile, has_mobile)
        .outerjoin(by_both, has_both)
    )


def scores_of(desk: Desk, lead_ids: Collection[int]) -> Mapping[int, Score]:
    """Return the score of each of these leads, with its parts."""
    leads = desk.session.scalars(select(Lead).where(Lead.id.in_(lead_ids))).all()
    visits = _visits_of(desk, leads)
    read = (*scoring.COMPLETE, "source")
    return {
        lead.id: scoring.score({name: getattr(lead, name) for name in read}, visits[lead.id])
        for lead in leads
    }


def has_grade(desk: Desk, grades: Collection[str]) -> ColumnElement[bool]:
    """Return the condition that a lead is hot, warm or cold."""
    found = scores(desk).subquery()
    score = found.c.score
    by_grade: Mapping[str, ColumnElement[bool]] = {
        "hot": score >= scoring.HOT_FROM,
        "warm": score.between(scoring.WARM_FROM, scoring.HOT_FROM - 1),
        "cold": score < scoring.WARM_FROM,
    }
    wanted = or_(false(), *(by_grade[grade] for grade in grades if grade in by_grade))
    return Lead.id.in_(select(found.c.lead_id).where(wanted))


def _points(visits: ColumnElement[int]) -> ColumnElement[int]:
    fit = dict.fromkeys(scoring.NEAR, scoring.NEAR_POINTS)
    fit |= dict.fromkeys(scoring.FITTING, scoring.FITTING_POINTS)
    interest, most = scoring.POINTS_PER_VISIT * visits, scoring.MOST_FOR_VISITS
    total: ColumnElement[int] = (
        case(scoring.SOURCES, value=Lead.source, else_=0)
        + case(fit, value=Lead.industry, else_=0)
        + case(scoring.POTENTIALS, value=Lead.potential, else_=0)
        + case((interest > most, most), else_=interest)
        + _completeness()
    )
    return total


def _completeness() -> ColumnElement[int]:
    known = ENTITIES["lead"].fields
    filled: Any = sum(
        case((_is_filled(getattr(Lead, name), known[name].kind), 1), else_=0)
        for name in scoring.COMPLETE
    )
    points = {count: scoring.completeness(count) for count in range(len(scoring.COMPLETE) + 1)}
    return case(points, value=filled, else_=0)


def _is_filled(column: Any, kind: FieldKind) -> ColumnElement[bool]:
    is_there: ColumnElement[bool] = column.is_not(None)
    if kind in {FieldKind.MONEY, FieldKind.DATE}:
        return is_there
    return and_(is_there, column != "")


def _visits_of(desk: Desk, leads: Sequence[Lead]) -> dict[int, int]:
    """Return how often the firms with a lead's name or number looked at the site of late."""
    keys = {lead.company_key for lead in leads} - {""}
    mobiles = {lead.mobile for lead in leads} - {None, ""}
    firms = desk.session.execute(
        select(Customer.name_key, Customer.mobile, func.count(WebVisit.id).label("visits"))
        .join(WebVisit, WebVisit.customer_id == Customer.id)
        .where(or_(Customer.name_key.in_(keys), Customer.mobile.in_(mobiles)), *_is_recent(desk))
        .group_by(Customer.id, Customer.name_key, Customer.mobile)
    ).all()
    return {
        lead.id: sum(
            firm.visits
            for firm in firms
            if (lead.company_key and firm.name_key == lead.company_key)
            or (lead.mobile and firm.mobile == lead.mobile)
        )
        for lead in leads
    }


def _is_recent(desk: Desk) -> tuple[ColumnElement[bool], ...]:
    since = desk.now - timedelta(days=scoring.VISIT_DAYS)
    return WebVisit.visited_at >= since, WebVisit.visited_at <= desk.now


def _visited_firms(desk: Desk) -> Any:
    """Return the firms that looked at the site of late, with how often."""
    visits = (
        select(WebVisit.customer_id, func.count(WebVisit.id).label("count"))
        .where(*_is_recent(desk))
        .group_by(WebVisit.customer_id)
        .subquery()
    )
    return (
        select(Customer.name_key, Customer.mobile, visits.c.count)
        .join(visits, visits.c.customer_id == Customer.id)
        .cte()
    )


def _summed(firms: Any, *names: str) -> Any:
    """Return the visits of firms by what they have in common; empty texts are nothing in common."""
    columns = [firms.c[name] for name in names]
    total = func.sum(firms.c.count).label("count")
    filled = (column != "" for column in columns)
    return select(*columns, total).where(*filled).group_by(*columns).subquery()


def _or_none(summed: Any) -> Any:
    return func.coalesce(summed.c.count, 0)
