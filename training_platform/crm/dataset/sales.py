"""What each customer bought in two years: when, what, for how much, and when it was paid."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from math import fsum

from training_platform.crm.dataset.customers import Firm
from training_platform.crm.dataset.dice import Dice
from training_platform.crm.dataset.products import PRODUCTS, Product, product
from training_platform.crm.dataset.working_time import (
    FIRST_DAY,
    LAST_DAY,
    NOW,
    moment,
    nearest_working_day,
    working_days,
)
from training_platform.crm.rules.calendar import working_day_from

#: How busy a month is: a dip around the spring festival, peaks in the second and fourth quarter.
MONTHS = (0.95, 0.52, 1.0, 1.1, 1.16, 1.2, 0.84, 0.88, 0.98, 1.08, 1.26, 1.3)
GROWTH = 0.14
#: Scale → yearly amount, its spread, its bounds, mean days between orders, chance to drop out.
HABITS = {
    "vip": (1_020_000, 0.3, 700_000, 2_600_000, 21, 0.03),
    "key": (260_000, 0.34, 150_000, 470_000, 54, 0.08),
    "regular": (40_000, 0.62, 5_000, 92_000, 108, 0.28),
}
#: Mean days in the four open stages.
DWELL_DAYS = (3, 7, 5, 10)
_DISCOUNTS = {"vip": (5, 8, 10), "key": (0, 3, 5), "regular": (0, 0, 2)}
_LINE_COUNTS = {1: 0.09, 2: 0.2, 3: 0.27, 4: 0.23, 5: 0.14, 6: 0.07}
_LINE_WEIGHTS = {"equipment": 1.0, "consumable": 1.5, "spare_part": 0.8, "service": 0.7}
#: Yearly net amount that is met to the cent → customers.
BOUNDARIES = {100_000: 3, 500_000: 2}
YEAR = timedelta(days=365)


@dataclass(eq=False)
class Line:
    """One product of a sale, at its price."""

    product: Product
    quantity: int
    price: Decimal


@dataclass(eq=False)
class Sale:
    """One order before it is written."""

    firm: Firm
    number: int
    placed_at: datetime
    lines: list[Line]
    discount: int
    paid_at: datetime | None = None
    is_canceled: bool = False
    refunds: list[tuple[datetime, Decimal, str]] = field(default_factory=list)
    #: Filled where it came of an opportunity.
    contract_id: int | None = None
    deposit: Decimal = Decimal(0)
    deposit_at: datetime | None = None
    campaign_id: int | None = None
    ident: int = 0

    @property
    def key(self) -> str:
        """Return what names it among all sales."""
        return f"{self.firm.ident}:{self.number}"

    @property
    def amount(self) -> Decimal:
        """Return the sum of its lines."""
        return sum((line.quantity * line.price for line in self.lines), Decimal(0))

    @property
    def net(self) -> Decimal:
        """Return what stays after refunds."""
        return self.amount - sum((refund[1] for refund in self.refunds), Decimal(0))

    @property
    def is_first_deal(self) -> bool:
        """Tell that a new customer came with it."""
        return self.firm.is_new and self.number == 0


def draw_dwell(dice: Dice) -> list[float]:
    """Return the days in each open stage."""
    return [dice.gamma(mean) for mean in DWELL_DAYS]


def plan_sales(firms: list[Firm]) -> list[Sale]:
    """Return every sale of the history, by the time of the order."""
    found = [sale for firm in firms for sale in _sales_of(firm)]
    for sale in found:
        _settle(sale)
    _meet_boundaries(found)
    return sorted(found, key=lambda sale: (sale.placed_at, sale.firm.ident))


def yearly_net(sales: list[Sale]) -> Decimal:
    """Return what was paid for sales in the last twelve months, net of refunds."""
    return sum((sale.net for sale in sales if is_recent(sale)), Decimal(0))


def is_recent(sale: Sale) -> bool:
    """Tell whether a sale was paid in the last twelve months."""
    return sale.paid_at is not None and sale.paid_at > NOW - YEAR


@cache
def _calendar() -> tuple[list[date], list[float]]:
    """Return the working days, and how much business was done up to each, in ordinary days."""
    days = working_days(FIRST_DAY, LAST_DAY)
    span = (LAST_DAY - FIRST_DAY).days + 1
    weights = [MONTHS[day.month - 1] * (1 + GROWTH * (day - FIRST_DAY).days / span) for day in days]
    total, sums = 0.0, []
    for weight in weights:
        total += weight
        sums.append(total)
    return days, [each * span / total for each in sums]


def _sales_of(firm: Firm) -> Iterator[Sale]:
    if firm.scale is None:
        return
    dice = Dice("sales", firm.ident)
    yearly, spread, least, most, interval, dropout = HABITS[firm.scale]
    amount = min(max(yearly * dice.spread(spread), least), most)
    mean = interval * dice.between(0.75, 1.3)
    days, sums = _calendar()
    position = mean * dice.share()
    if firm.is_new:
        start = firm.came_at + timedelta(days=fsum(draw_dwell(Dice("first_deal", firm.ident))))
        if start > NOW - timedelta(days=18):
            return
        first = nearest_working_day(start.date())
        position = sums[min(bisect_left(days, first), len(days) - 1)]
    if firm.row["owner_id"] is None:
        dropout = 1.0
    end = sums[-1] * dice.between(0.12, 0.88) if dice.chance(dropout) else sums[-1]
    number = 0
    while position <= end or (number == 0 and firm.is_new):
        day = days[min(bisect_left(sums, position), len(days) - 1)]
        yield _sale(firm, number, day, amount * mean / 365)
        number += 1
        position += dice.gamma(mean, 2)


def _sale(firm: Firm, number: int, day: date, usual: float) -> Sale:
    dice = Dice("sale", f"{firm.ident}:{number}")
    discount = dice.pick(_DISCOUNTS[firm.scale or "regular"])
    lines = draw_lines(dice, max(usual * dice.spread(0.45), 300), discount)
    return Sale(firm, number, moment(dice, day), lines, discount)


def draw_lines(dice: Dice, amount: float, discount: int = 0) -> list[Line]:
    """Return lines of about this amount, each of another product."""
    count = dice.weighted(_LINE_COUNTS)
    shares = [dice.gamma(1.0, 1) + 0.15 for _number in range(count)]
    lines: list[Line] = []
    for share in sorted(shares, reverse=True):
        wanted = amount * share / fsum(shares)
        taken = {line.product.ident for line in lines}
        fitting = {
            each.ident: _LINE_WEIGHTS[each.line]
            for each in PRODUCTS
            if each.is_active and each.ident not in taken and each.price <= wanted * 1.2
        }
        if not fitting and lines:
            continue
        chosen = product(dice.weighted(fitting)) if fitting else product(18)
        quantity = _round_quantity(max(1, round(wanted / chosen.price)), chosen)
        lines.append(Line(chosen, quantity, discounted(chosen.price, discount)))
    return lines


def discounted(price: int, discount: int) -> Decimal:
    """Return a list price less a discount in percent; exact, since list prices are whole."""
    return Decimal(price) * (100 - discount) / 100


def _round_quantity(quantity: int, chosen: Product) -> int:
    """Return a quantity as people order it: a few machines, round numbers of rolls."""
    if chosen.line == "equipment":
        return min(quantity, 6)
    if chosen.line == "service":
        return min(quantity, 3)
    if chosen.line == "spare_part":
        return min(quantity, 12)
    quantity = min(quantity, 800)
    step = 50 if quantity >= 200 else 10 if quantity >= 40 else 5 if quantity >= 15 else 1
    return max(step, quantity // step * step)


def _settle(sale: Sale) -> None:
    """Let it be paid by the customer's terms, canceled, or refunded in part."""
    dice = Dice("settle", sale.key)
    if dice.chance(0.018) and not sale.is_first_deal:
        sale.is_canceled = True
        return
    terms = sale.firm.row["custom"].get("payment_terms", "款到发货")
    days = dice.gamma({"月结 30 天": 24, "月结 60 天": 44}.get(terms, 3), 3)
    if dice.chance(0.02):
        days += dice.between(20, 50)
    if sale.is_first_deal:
        days = min(dice.gamma(3), 7)
    day = working_day_from(sale.placed_at.date() + timedelta(days=int(days)))
    paid = moment(dice, day)
    if paid <= sale.placed_at:
        paid = sale.placed_at + timedelta(minutes=dice.whole(6, 50))
    if paid < NOW:
        sale.paid_at = paid
        _refund(dice, sale, paid)


_REFUND_REASONS = (
    "规格不符退货",
    "到货破损",
    "数量多发退回",
    "型号更换",
    "未使用退货",
    "质量问题退款",
)


def _refund(dice: Dice, sale: Sale, paid: datetime) -> None:
    if not dice.chance(0.034):
        return
    day = working_day_from(paid.date() + timedelta(days=dice.whole(4, 40)))
    when = moment(dice, day)
    if when >= NOW:
        return
    line = dice.pick(sale.lines)
    count = max(1, int(line.quantity * dice.between(0.1, 0.6)))
    is_all = dice.chance(0.12) and not sale.is_first_deal
    amount = sale.amount if is_all else count * line.price
    sale.refunds.append((when, amount, dice.pick(_REFUND_REASONS)))


def _meet_boundaries(found: list[Sale]) -> None:
    """Bring a few customers to the boundary of a tier, to the cent."""
    by_firm: dict[int, list[Sale]] = {}
    for sale in found:
        if not sale.firm.is_new and sale.firm.row["owner_id"] is not None:
            by_firm.setdefault(sale.firm.ident, []).append(sale)
    years = {ident: yearly_net(sales) for ident, sales in by_firm.items()}
    for boundary, count in BOUNDARIES.items():
        near_it = sorted(years, key=lambda ident: abs(years[ident] - boundary * 96 // 100))
        for ident in near_it[:count]:
            del years[ident]
            _meet(by_firm[ident], boundary, found)


def _meet(own: list[Sale], boundary: int, found: list[Sale]) -> None:
    """Take sales away until the year is below the boundary, then add one that meets it."""
    firm, number = own[0].firm, len(own)
    close = [sale for sale in own if sale.paid_at and abs(sale.paid_at - NOW + YEAR).days < 12]
    while close or yearly_net(own) > boundary - 900:
        sale = close.pop() if close else next(each for each in reversed(own) if is_recent(each))
        own.remove(sale)
        found.remove(sale)
    dice = Dice("boundary", firm.ident)
    day = working_day_from(NOW.date() - timedelta(days=dice.whole(30, 120)))
    sale = Sale(firm, number, moment(dice, day), _exact_lines(boundary - yearly_net(own)), 0)
    sale.paid_at = sale.placed_at + timedelta(hours=1)
    found.append(sale)


def _exact_lines(gap: Decimal) -> list[Line]:
    """Return lines that sum to an amount exactly; the design of labels takes the rest."""
    lines: list[Line] = []
    rest = gap
    for chosen in (product(4), product(2), product(1), product(35), product(36)):
        quantity = min(int((rest - 200) / chosen.price), 3)
        if quantity > 0:
            lines.append(Line(chosen, quantity, Decimal(chosen.price)))
            rest -= quantity * chosen.price
    lines.append(Line(product(39), 1, rest))
    return lines
