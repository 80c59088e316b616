"""The pages of the ready-made reports on what was sold: funnel, sales, campaigns."""

from datetime import date
from decimal import Decimal

from flask_babel import gettext as _

from training_platform.core.i18n import translate
from training_platform.crm.choices import ORDER_STATES, STAGES
from training_platform.crm.metrics import campaigns, periods, results
from training_platform.crm.metrics.shapes import ZERO, rounded
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
    plotted,
    share,
    team_name,
    whole,
)
from training_platform.crm.queries.report_groups import range_of


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
            (_("Opportunities opened"), top, None),
            (_("Won"), won, None),
            (_("Win rate"), share(results.win_rate(steps)), _("of won and lost ones")),
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
            Link(periods.month_key(month.month), page.rows_of("order", **paid_in(month.month))),
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
                [(team_name(team), large(net), "") for team, net in teams],
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


def paid_in(month: date) -> dict[str, str]:
    """Return the filters by which a list shows the sales of a month."""
    days = range_of(month, periods.add_months(month, 1))
    return {
        **{f"paid_at.{end}": day for end, day in days.items()},
        "status": ",".join(code for code in ORDER_STATES if code != "canceled"),
    }


def campaign_roi(page: Page) -> Shown:
    """Show what each campaign reached and brought."""
    found = campaigns.campaign_returns(page.source)
    rows = [
        (
            Link(each.name, page.record("campaign", each.campaign_id)),
            each.delivered,
            share(each.delivered_percent),
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
    sent = sum(each.sent for each in found)
    reached = share(results.percent(delivered, sent))
    foot = (_("Total"), delivered, reached, "", "", "", money(cost), money(revenue), ratio, "")
    columns = [
        (_("Campaign"), False),
        (_("Delivered"), True),
        (_("Delivered of sent"), True),
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
                [(each.name, plotted(each.ratio), "") for each in found],
                digits=2,
                target=4,
            )
        ]
        if found
        else (),
        tables=[Table(_("Campaigns and their return"), columns, rows, foot=foot)],
    )
