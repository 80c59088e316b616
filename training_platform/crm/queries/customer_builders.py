"""The pages of the metrics that sort customers: RFM groups and the value matrix."""

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal

from flask_babel import gettext as _

from training_platform.core.i18n import translate
from training_platform.crm.metrics import customers
from training_platform.crm.metrics import thresholds as t
from training_platform.crm.metrics.shapes import ZERO
from training_platform.crm.queries.metric_pages import (
    MOST_ROWS,
    Chart,
    Page,
    Shown,
    Table,
    money,
    whole,
)


def rfm(page: Page) -> Shown:
    """Show the groups, their limits, and the largest customers."""
    found = customers.rfm(page.source, by_fifths=page.by_fifths)
    named = page.customers(each.customer_id for each in found[:MOST_ROWS])
    sizes = Counter(each.group for each in found)
    nets: dict[str, Decimal] = {}
    for each in found:
        nets[each.group] = nets.get(each.group, ZERO) + each.net
    groups = {key: (label, advice) for key, label, advice in customers.RFM_GROUPS.values()}
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
            *([] if page.by_fifths else [_limits()]),
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


def _limits() -> Table:
    limits = zip(range(5, 0, -1), [*t.RECENCY_DAYS, None], [*t.FREQUENCY, None], strict=True)
    money_limits = [*t.MONETARY, None]
    return Table(
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
