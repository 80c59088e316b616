"""The leader's dashboard: where the month stands, who is behind, what asks for attention."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from training_platform.core.i18n import translate
from training_platform.crm.choices import ALERT_KINDS, REGIONS, STAGES, TARGET_SCOPES
from training_platform.crm.desk import Desk
from training_platform.crm.metrics import customers, periods, results
from training_platform.crm.metrics.shapes import ZERO
from training_platform.crm.models import Alert
from training_platform.crm.queries.metric_pages import (
    Chart,
    Page,
    large,
    large_unit,
    page_of,
    share,
    whole,
)

MOST_ALERTS = 8


@dataclass(frozen=True)
class TeamLine:
    """One team, or the company, against its target of the month."""

    name: str
    state: results.TargetState


@dataclass(frozen=True)
class Board:
    """Everything on the dashboard."""

    month: str
    figures: Sequence[tuple[str, Any, Any]]
    sales: Chart
    funnel: Chart
    teams: Sequence[TeamLine]
    lagging_sellers: Sequence[tuple[str, results.TargetState]]
    alerts: Sequence[tuple[str, Alert]]


def board(desk: Desk) -> Board:
    """Return the dashboard of what the seller who is played may see."""
    page = page_of(desk, "last_12")
    this = periods.month_of(desk.now)
    sales = results.monthly_sales(page.source, page.months)
    steps = results.funnel(page.source, page.span)
    states = results.target_states(page.source, periods.month_key(this))
    risks = customers.churn(page.source)
    return Board(
        periods.month_key(this),
        _figures(sales, steps, states, risks),
        Chart(
            "line",
            _("Net sales by month"),
            [(periods.month_key(each.month)[2:], large(each.net), "") for each in sales],
            large_unit(),
        ),
        Chart(
            "bars",
            _("Opportunities that reached each stage"),
            [
                (
                    translate(STAGES[step.stage]),
                    float(step.reached),
                    share(results.percent(step.reached, steps[0].reached)),
                )
                for step in steps
            ],
        ),
        [TeamLine(_name(page, state), state) for state in _lines(states)],
        _lagging(page, states),
        _alerts(desk),
    )


def _figures(
    sales: Sequence[results.MonthSales],
    steps: Sequence[results.FunnelStep],
    states: Sequence[results.TargetState],
    risks: Sequence[customers.Risk],
) -> list[tuple[str, Any, Any]]:
    company = _widest(states)
    last = sales[-2].net if len(sales) > 1 else ZERO
    change = results.percent(sales[-1].net - last, last) if last else None
    return [
        (_("Net sales this month"), whole(sales[-1].net), _change(change)),
        (
            _("Target reached"),
            share(company.progress_percent) if company else "–",
            _("%(share)s of the time", share=share(company.time_percent)) if company else None,
        ),
        (_("Win rate"), share(results.win_rate(steps)), _("of won and lost ones")),
        (_("Customers at risk"), len(risks), None),
    ]


def _change(percent: Decimal | None) -> str | None:
    if percent is None:
        return None
    return str(_("%(change)s to last month", change=f"{percent:+} %"))


def _widest(states: Sequence[results.TargetState]) -> results.TargetState | None:
    """Return the company's target, else the team's, else the own one: whichever is in reach."""
    return min(states, key=lambda state: list(TARGET_SCOPES).index(state.scope), default=None)


def _lines(states: Sequence[results.TargetState]) -> Sequence[results.TargetState]:
    return [state for state in states if state.scope != "seller"] or states


def _name(page: Page, state: results.TargetState) -> str:
    if state.scope == "seller":
        return page.seller(state.seller_id)
    if state.scope == "team":
        return translate(REGIONS.get(state.team or "", ""))
    return translate(TARGET_SCOPES["company"])


def _lagging(
    page: Page, states: Sequence[results.TargetState]
) -> list[tuple[str, results.TargetState]]:
    sellers = [state for state in states if state.scope == "seller" and state.is_lagging]
    sellers.sort(key=lambda state: state.progress_percent or 0)
    return [(page.seller(state.seller_id), state) for state in sellers]


def _alerts(desk: Desk) -> list[tuple[str, Alert]]:
    found = desk.session.scalars(
        select(Alert)
        .where(Alert.seen_at.is_(None))
        .order_by(Alert.raised_at.desc(), Alert.id)
        .limit(MOST_ALERTS)
    )
    return [(translate(ALERT_KINDS[alert.kind]), alert) for alert in found]
