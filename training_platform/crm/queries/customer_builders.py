"""The pages of the metrics of customers."""

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal

from flask_babel import gettext as _

from training_platform.core.i18n import translate
from training_platform.crm.choices import TIERS
from training_platform.crm.metrics import customers, results
from training_platform.crm.metrics import thresholds as t
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


def rfm(page: Page) -> Shown:
    """Show the groups, their limits, and the largest customers."""
    found = customers.rfm(page.source)
    named = page.customers(each.customer_id for each in found[:MOST_ROWS])
    sizes = Counter(each.group for each in found)
    nets: dict[str, Decimal] = {}
    for each in found:
        nets[each.group] = nets.get(each.group, ZERO) + each.net
    groups = {key: (label, advice) for key, label, advice in customers.RFM_GROUPS.values()}
    limits = zip(range(5, 0, -1), [*t.RECENCY_DAYS, None], [*t.FREQUENCY, None], strict=True)
    money_limits = [*t.MONETARY, None]
    return Shown(
        [(_("Customers"), len(found), None), (_("Paid in 12 months"), whole(_total(nets)), None)],
        [
            Chart(
                "bars",
                _("Customers by group"),
                [(translate(label), float(sizes[key]), "") for key, (label, _a) in groups.items()],
            )
        ],
        [
            Table(
                _("Groups and what to do"),
                [
                    (_("Group"), False),
                    (_("Customers"), True),
                    (_("Paid in 12 months"), True),
                    (_("Suggested action"), False),
                ],
                [
                    (translate(label), sizes[key], money(nets.get(key, ZERO)), translate(advice))
                    for key, (label, advice) in groups.items()
                ],
            ),
            Table(
                _("Limits of the points"),
                [
                    (_("Points"), False),
                    (_("Days since the last order"), True),
                    (_("Paid orders"), True),
                    (_("Amount"), True),
                ],
                [
                    (
                        points,
                        f"≤ {days}" if days is not None else f"> {t.RECENCY_DAYS[-1]}",
                        f"≥ {orders}" if orders is not None else f"< {t.FREQUENCY[-1]}",
                        f"≥ {whole(amount)}" if amount else f"< {whole(t.MONETARY[-1])}",
                    )
                    for (points, days, orders), amount in zip(limits, money_limits, strict=True)
                ],
            ),
            Table(
                _("Customers by amount"),
                [
                    (_("Customer"), False),
                    ("RFM", True),
                    (_("Group"), False),
                    (_("Days"), True),
                    (_("Orders"), True),
                    (_("Paid in 12 months"), True),
                ],
                [
                    (
                        named(each.customer_id),
                        each.code,
                        translate(groups[each.group][0]),
                        each.days,
                        each.orders,
                        money(each.net),
                    )
                    for each in found[:MOST_ROWS]
                ],
                len(found),
            ),
        ],
    )


def _total(amounts: Mapping[str, Decimal]) -> Decimal:
    return sum(amounts.values(), ZERO)


def value_matrix(page: Page) -> Shown:
    """Show the four fields, and their customers."""
    found = customers.value_matrix(page.source)
    named = page.customers(each.customer_id for each in found[:MOST_ROWS])
    fields = {
        "star": (_("Valued, with potential"), _("Keep close, grow with them")),
        "keep": (_("Valued, little potential"), _("Keep satisfied")),
        "grow": (_("Not yet valued, with potential"), _("Invest time, win the deal")),
        "base": (_("Neither"), _("Serve with little effort")),
    }
    sizes = Counter(each.quadrant for each in found)
    return Shown(
        [(fields[key][0], sizes[key], None) for key in fields],
        [
            Chart(
                "bars",
                _("Customers by quadrant"),
                [(text, float(sizes[key]), advice) for key, (text, advice) in fields.items()],
            )
        ],
        [
            Table(
                _("Customers by value"),
                [
                    (_("Customer"), False),
                    (_("Quadrant"), False),
                    (_("Customer value"), True),
                    (_("Potential"), True),
                ],
                [
                    (
                        named(each.customer_id),
                        fields[each.quadrant][0],
                        money(each.value),
                        money(each.potential),
                    )
                    for each in found[:MOST_ROWS]
                ],
                len(found),
            )
        ],
    )


def churn(page: Page) -> Shown:
    """Show who may be leaving, and why we think so."""
    found = customers.churn(page.source)
    named = page.customers(each.customer_id for each in found[:MOST_ROWS])
    reasons = {"vip_idle": _("VIP idle for 90 days"), "interval": _("Beyond twice the interval")}
    tiers = Counter(each.tier for each in found)
    return Shown(
        [
            (_("At risk"), len(found), None),
            (_("Of them VIP"), tiers["vip"], None),
            (_("They paid so far"), whole(sum((each.net for each in found), ZERO)), None),
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
            )
        ],
    )


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
