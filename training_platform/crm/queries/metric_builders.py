"""The page of each metric, by its id."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

from flask_babel import gettext as _

from training_platform.core.i18n import translate
from training_platform.crm.choices import ORDER_STATES, PRIORITIES, REGIONS, STAGES, TARGET_SCOPES
from training_platform.crm.metrics import campaigns, forecast, periods, results
from training_platform.crm.metrics.shapes import ZERO, rounded
from training_platform.crm.queries import customer_builders as of_customers
from training_platform.crm.queries.metric_pages import (
    Chart,
    Link,
    Page,
    Shown,
    Table,
    large,
    large_unit,
    money,
    plain,
    share,
    whole,
)
from training_platform.crm.queries.report_groups import NOTHING, range_of
from training_platform.crm.texts import act_name


def funnel(page: Page) -> Shown:
    """Show reached, lost, open, conversion and dwell of each stage."""
    steps = results.funnel(page.source, page.span)
    names = [translate(STAGES[step.stage]) for step in steps]
    rows = [
        (
            name,
            step.reached,
            Link(str(step.lost), page.rows_of("opportunity", **_lost_in(page, step.stage)))
            if step.lost
            else step.lost,
            step.open,
            share(step.loss_percent),
            share(step.conversion_percent),
            plain(step.dwell_days),
        )
        for name, step in zip(names, steps, strict=True)
    ]
    lossy = max(steps, key=lambda step: step.loss_percent or Decimal(0))
    top, won = steps[0].reached, steps[-1].reached
    columns = [
        (_("Stage"), False),
        (_("Reached"), True),
        (_("Lost here"), True),
        (_("Open here"), True),
        (_("Loss"), True),
        (_("Conversion"), True),
        (_("Days in stage"), True),
    ]
    label = _("Opportunities that reached each stage")
    return Shown(
        [
            (_("Opened"), top, None),
            (_("Won"), won, share(results.percent(won, top))),
            (
                _("Largest loss"),
                translate(STAGES[lossy.stage]) if lossy.lost else "–",
                share(lossy.loss_percent) if lossy.lost else None,
            ),
        ],
        [
            Chart(
                "bars",
                label,
                [
                    (name, float(step.reached), share(results.percent(step.reached, top)))
                    for name, step in zip(names, steps, strict=True)
                ],
            )
        ],
        [Table(_("Funnel by stage"), columns, rows)],
    )


def _lost_in(page: Page, stage: str) -> dict[str, str]:
    days = range_of(page.first, page.after)
    return {
        "stage": "lost",
        "lost_from_stage": stage,
        **{f"opened_at.{end}": day for end, day in days.items()},
    }


def monthly_sales(page: Page) -> Shown:
    """Show sales by month, by team and by seller."""
    months = results.monthly_sales(page.source, page.months)
    owners: dict[int | None, Decimal] = {}
    for month in months:
        for owner, net in month.by_owner.items():
            owners[owner] = owners.get(owner, ZERO) + net
    total = sum((month.net for month in months), ZERO)
    orders = sum(month.orders for month in months)
    rows = [
        (
            Link(periods.month_key(month.month), page.rows_of("order", **_paid_in(month.month))),
            month.orders,
            money(month.net),
        )
        for month in months
    ]
    teams = sorted(results.by_team(page.source, owners).items(), key=lambda each: -each[1])
    sellers = sorted(owners.items(), key=lambda each: -each[1])
    return Shown(
        [
            (_("Net sales"), whole(total), None),
            (_("Paid orders"), orders, None),
            (_("Per order"), money(rounded(total / orders) if orders else None), None),
        ],
        [
            Chart(
                "line" if len(months) > 1 else "bars",
                _("Net sales by month"),
                [(periods.month_key(m.month)[2:], large(m.net), "") for m in months],
                large_unit(),
            ),
            Chart(
                "bars",
                _("Net sales by team"),
                [(_team(team), large(net), "") for team, net in teams],
                large_unit(),
            ),
        ],
        [
            Table(
                _("Sales by month"),
                [(_("Month"), False), (_("Paid orders"), True), (_("Net sales"), True)],
                rows,
                foot=(_("Total"), orders, money(total)),
            ),
            Table(
                _("Sales by seller"),
                [(_("Seller"), False), (_("Net sales"), True)],
                [(page.seller(owner), money(net)) for owner, net in sellers],
                foot=(_("Total"), money(total)),
            ),
        ],
    )


def _paid_in(month: date) -> dict[str, str]:
    days = range_of(month, periods.add_months(month, 1))
    return {
        **{f"paid_at.{end}": day for end, day in days.items()},
        "status": ",".join(code for code in ORDER_STATES if code != "canceled"),
    }


def _team(code: str) -> str:
    return translate(REGIONS.get(code, NOTHING))


def activity(page: Page) -> Shown:
    """Show what each seller did."""
    found = sorted(page.source.work(page.span).items(), key=lambda each: -each[1].done)
    days = range_of(page.first, page.after)
    done = {f"done_at.{end}": day for end, day in days.items()}
    rows = [
        (
            Link(page.seller(owner), page.rows_of("activity", owner_id=owner, **done)),
            work.done,
            work.customers,
            share(results.percent(work.with_next_step, work.done)),
            work.overdue,
        )
        for owner, work in found
    ]
    count = sum(work.done for _owner, work in found)
    overdue = sum(work.overdue for _owner, work in found)
    planned = sum(work.with_next_step for _owner, work in found)
    foot = (_("Total"), count, "–", share(results.percent(planned, count)), overdue)
    columns = [
        (_("Seller"), False),
        (_("Follow-ups done"), True),
        (_("Customers"), True),
        (_("With a next step"), True),
        (_("Overdue tasks"), True),
    ]
    return Shown(
        [
            (_("Follow-ups done"), count, None),
            (_("Overdue tasks"), overdue, None),
        ],
        [
            Chart(
                "bars",
                _("Follow-ups by seller"),
                [(page.seller(owner), float(work.done), "") for owner, work in found],
            )
        ],
        [Table(_("Work by seller"), columns, rows, foot=foot)],
    )


def forecast_page(page: Page) -> Shown:
    """Show three months to come, the history, and how the methods would have done."""
    found = forecast.forecast(page.source)
    rows = [
        (
            periods.month_key(month.month),
            money(month.open_amount),
            money(month.pipeline),
            money(month.seasonal_naive),
            money(month.holt_winters),
        )
        for month in found.months
    ]
    history = [(periods.month_key(m)[2:], large(net), "") for m, net in found.history[-12:]]
    coming = [(periods.month_key(m.month)[2:], large(m.holt_winters), "") for m in found.months]
    return Shown(
        [
            (_("Weighted pipeline"), whole(sum((m.pipeline for m in found.months), ZERO)), None),
            (
                _("By season of last year"),
                whole(sum((m.seasonal_naive for m in found.months), ZERO)),
                _("WAPE %(share)s", share=share(found.wape["seasonal_naive"])),
            ),
            (
                _("Holt-Winters"),
                whole(sum((m.holt_winters for m in found.months), ZERO)),
                _("WAPE %(share)s", share=share(found.wape["holt_winters"])),
            ),
        ],
        [
            Chart(
                "line",
                _("Sales of twelve months, then three forecast ones"),
                [*history, *coming],
                large_unit(),
            )
        ],
        [
            Table(
                _("Three months to come"),
                [
                    (_("Month"), False),
                    (_("Open amount"), True),
                    (_("Weighted pipeline"), True),
                    (_("By season of last year"), True),
                    (_("Holt-Winters"), True),
                ],
                rows,
            )
        ],
        [_("Open without a date to come: %(amount)s", amount=money(found.undated))],
    )


def satisfaction(page: Page) -> Shown:
    """Show the marks that each agent got."""
    found = results.satisfaction(page.source, page.span)
    rows = [
        (
            page.seller(each.seller_id),
            each.answered,
            share(each.csat_percent),
            plain(each.mean),
            share(each.answered_percent),
        )
        for each in found
    ]
    columns = [
        (_("Agent"), False),
        (_("Answered"), True),
        (_("CSAT"), True),
        (_("Mean mark"), True),
        (_("Answered of sent"), True),
    ]
    return Shown(
        [
            (_("Surveys sent"), sum(each.sent for each in found), None),
            (_("Answered"), sum(each.answered for each in found), None),
        ],
        [
            Chart(
                "bars",
                _("CSAT by agent"),
                [
                    (page.seller(e.seller_id), _number(e.csat_percent), str(e.answered))
                    for e in found
                ],
                "%",
                1,
            )
        ],
        [Table(_("Satisfaction by agent"), columns, rows)],
    )


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def usage(page: Page) -> Shown:
    """Show what was done in this workspace."""
    found = page.source.usage()
    counts: dict[str, int] = {}
    for act, count in found.acts.items():
        counts[act_name(act)] = counts.get(act_name(act), 0) + count
    acts = sorted(counts.items(), key=lambda each: -each[1])
    return Shown(
        [(_("Acts"), sum(found.acts.values()), None), (_("Days with acts"), found.days, None)],
        [Chart("bars", _("Acts by kind"), [(act, float(count), "") for act, count in acts])]
        if acts
        else (),
    )


def targets(page: Page) -> Shown:
    """Show progress against the time that is over: of a whole year, or of the last month."""
    is_year = periods.add_months(page.first, 12) == page.after and page.first.month == 1
    last = min(periods.add_months(page.after, -1), periods.month_of(page.desk.now))
    key = str(page.first.year) if is_year else periods.month_key(last)
    found = results.target_states(page.source, key)
    names = [_target_name(page, state) for state in found]
    has_teams = any(state.scope != "seller" for state in found)
    rows = [
        (
            name,
            money(state.target),
            money(state.actual),
            share(state.progress_percent),
            money(state.gap),
            _("Lagging") if state.is_lagging else _("On the way"),
        )
        for name, state in zip(names, found, strict=True)
    ]
    columns = [
        (_("For"), False),
        (_("Target"), True),
        (_("Paid so far"), True),
        (_("Progress"), True),
        (_("Missing"), True),
        (_("State"), False),
    ]
    time_share = found[0].time_percent if found else None
    return Shown(
        [
            (_("Period"), key, None),
            (_("Time that is over"), share(time_share), None),
            (_("Lagging"), sum(state.is_lagging for state in found), None),
        ],
        [
            Chart(
                "bars",
                _("Progress, with the time that is over as the mark"),
                [
                    (name, _number(state.progress_percent), "")
                    for name, state in zip(names, found, strict=True)
                    if state.scope != "seller" or not has_teams
                ],
                "%",
                1,
                target=_number(time_share),
            )
        ]
        if found
        else (),
        [Table(_("Targets of %(month)s", month=key), columns, rows)],
    )


def _target_name(page: Page, state: results.TargetState) -> str:
    if state.scope == "team":
        return _team(state.team or "")
    if state.scope == "seller":
        return page.seller(state.seller_id)
    return translate(TARGET_SCOPES["company"])


def campaign_roi(page: Page) -> Shown:
    """Show what each campaign reached and brought."""
    found = campaigns.campaign_returns(page.source)
    rows = [
        (
            Link(each.name, page.record("campaign", each.campaign_id)),
            each.delivered,
            share(each.opened_percent),
            share(each.clicked_percent),
            share(each.won_percent),
            money(each.cost),
            money(each.revenue),
            campaigns.ratio_text(each.ratio) if each.ratio is not None else "–",
            plain(each.profit_ratio),
        )
        for each in found
    ]
    cost = sum((each.cost for each in found), ZERO)
    revenue = sum((each.revenue for each in found), ZERO)
    ratio = campaigns.ratio_text(rounded(revenue / cost)) if cost else "–"
    delivered = sum(each.delivered for each in found)
    foot = (_("Total"), delivered, "", "", "", money(cost), money(revenue), ratio, "")
    columns = [
        (_("Campaign"), False),
        (_("Delivered"), True),
        (_("Opened"), True),
        (_("Clicked"), True),
        (_("Bought"), True),
        (_("Cost"), True),
        (_("Revenue"), True),
        (_("Return"), True),
        (_("Profit return"), True),
    ]
    return Shown(
        charts=[
            Chart(
                "bars",
                _("Revenue for each yuan of cost"),
                [(each.name, _number(each.ratio), "") for each in found],
                digits=2,
                target=4,
            )
        ]
        if found
        else (),
        tables=[Table(_("Campaigns and their return"), columns, rows, foot=foot)],
    )


def service_levels(page: Page) -> Shown:
    """Show how far the promised times were kept."""
    found = results.service_levels(page.source, page.span)
    rows = [
        (
            Link(
                translate(PRIORITIES.get(each.priority, each.priority)),
                page.rows_of("ticket", priority=each.priority),
            ),
            each.fact.received,
            share(each.response_percent),
            plain(each.response_hours),
            share(each.solution_percent),
            share(each.at_once_percent),
        )
        for each in found
    ]
    foot = (_("Total"), sum(each.fact.received for each in found), "", "", "", "")
    columns = [
        (_("Priority"), False),
        (_("Received"), True),
        (_("Response in time"), True),
        (_("Hours to the response"), True),
        (_("Solution in time"), True),
        (_("Solved at once"), True),
    ]
    return Shown(
        charts=[
            Chart(
                "bars",
                _("Solution in time by priority"),
                [
                    (
                        translate(PRIORITIES.get(e.priority, e.priority)),
                        _number(e.solution_percent),
                        f"{e.fact.solution_in_time} / {e.fact.solution_due}",
                    )
                    for e in found
                ],
                "%",
                1,
            )
        ]
        if found
        else (),
        tables=[Table(_("Service levels by priority"), columns, rows, foot=foot)],
    )


#: Metric → the builder of its page.
BUILDERS: Mapping[str, Callable[[Page], Shown]] = {
    "funnel": funnel,
    "monthly_sales": monthly_sales,
    "activity": activity,
    "rfm": of_customers.rfm,
    "value_matrix": of_customers.value_matrix,
    "churn": of_customers.churn,
    "repeat": of_customers.repeat,
    "forecast": forecast_page,
    "lifetime_value": of_customers.lifetime_value,
    "satisfaction": satisfaction,
    "usage": usage,
    "targets": targets,
    "campaign_roi": campaign_roi,
    "service_levels": service_levels,
}
