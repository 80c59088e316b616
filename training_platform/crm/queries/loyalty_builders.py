"""The pages of the metrics of staying: churn warning, repeat purchase, lifetime value."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from flask_babel import gettext as _

from training_platform.core.i18n import translate
from training_platform.crm.choices import TIERS
from training_platform.crm.metrics import customers, results
from training_platform.crm.metrics.shapes import ZERO, rounded
from training_platform.crm.queries.metric_pages import (
    MOST_ROWS,
    Chart,
    Page,
    Shown,
    Table,
    money,
    plain,
    share,
    whole,
)
from training_platform.crm.rules.tiers import tier_of


def churn(page: Page) -> Shown:
    """Show who may be leaving, and why we think so."""
    found = customers.churn(page.source)
    named = page.customers(each.customer_id for each in found[:MOST_ROWS])
    reasons = {"vip_idle": _("VIP idle for 90 days"), "interval": _("Beyond twice the interval")}
    tiers = Counter(each.tier for each in found)
    ended = customers.lapsed(page.source)
    return Shown(
        [
            (_("At risk"), len(found), None),
            (_("Of them VIP"), tiers["vip"], None),
            (_("They paid so far"), whole(sum((each.net for each in found), ZERO)), None),
            (_("Contracts not renewed"), len(ended), None),
        ],
        tables=[
            Table(
                _("Customers at risk, the most valuable first"),
                [
                    (_("Customer"), False),
                    (_("Tier"), False),
                    (_("Idle days"), True),
                    (_("Median interval"), True),
                    (_("Orders"), True),
                    (_("Paid so far"), True),
                    (_("Reason"), False),
                ],
                [
                    (
                        named(each.customer_id),
                        translate(TIERS[each.tier]),
                        each.idle_days,
                        plain(each.median_days),
                        each.orders,
                        money(each.net),
                        reasons[each.reason],
                    )
                    for each in found[:MOST_ROWS]
                ],
                len(found),
            ),
            _lapsed_table(page, ended),
        ],
    )


def _lapsed_table(page: Page, found: Sequence[customers.Lapsed]) -> Table:
    named = page.customers(each.customer_id for each in found[:MOST_ROWS])
    columns = [
        (_("Customer"), False),
        (_("Contract ended on"), True),
        (_("Days"), True),
        (_("Paid in 12 months"), True),
    ]
    rows = [
        (named(each.customer_id), each.ended_on.isoformat(), each.days, money(each.yearly))
        for each in found[:MOST_ROWS]
    ]
    return Table(_("Contracts that ended and were not renewed"), columns, rows, len(found))


def repeat(page: Page) -> Shown:
    """Show the share of customers who bought again."""
    found = results.repeat_purchase(page.source, page.span)
    return Shown(
        [
            (_("Customers who bought"), found.customers, None),
            (_("Bought again"), found.repeaters, share(found.percent)),
            (_("Paid orders"), found.orders, None),
        ],
        [
            Chart(
                "bars",
                _("Customers who bought"),
                [
                    (_("Once"), float(found.customers - found.repeaters), ""),
                    (_("Twice or more"), float(found.repeaters), share(found.percent)),
                ],
            )
        ],
    )


def lifetime_value(page: Page) -> Shown:
    """Show what customers brought and may bring, by tier and one by one."""
    found = customers.lifetime_values(page.source)
    named = page.customers(each.customer_id for each in found[:MOST_ROWS])
    tiers: dict[str, list[customers.Lifetime]] = {code: [] for code in TIERS}
    for each in found:
        tiers[tier_of(each.yearly)].append(each)
    return Shown(
        [
            (_("So far"), whole(sum((each.so_far for each in found), ZERO)), None),
            (_("To come"), whole(sum((each.to_come for each in found), ZERO)), None),
        ],
        tables=[
            Table(
                _("Lifetime value by tier"),
                [
                    (_("Tier"), False),
                    (_("Customers"), True),
                    (_("So far, each"), True),
                    (_("To come, each"), True),
                ],
                [
                    (
                        translate(TIERS[code]),
                        len(members),
                        money(_mean([each.so_far for each in members])),
                        money(_mean([each.to_come for each in members])),
                    )
                    for code, members in tiers.items()
                ],
            ),
            Table(
                _("Customers by lifetime value"),
                [
                    (_("Customer"), False),
                    (_("So far"), True),
                    (_("Last 12 months"), True),
                    (_("To come"), True),
                ],
                [
                    (
                        named(each.customer_id),
                        money(each.so_far),
                        money(each.yearly),
                        money(each.to_come),
                    )
                    for each in found[:MOST_ROWS]
                ],
                len(found),
            ),
        ],
    )


def _mean(amounts: list[Decimal]) -> Decimal | None:
    return rounded(sum(amounts, ZERO) / len(amounts)) if amounts else None
