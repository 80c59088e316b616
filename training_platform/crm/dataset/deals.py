"""The course of each opportunity: exact quotas, and times that fit orders and working days."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from math import fsum

from training_platform.crm.dataset.customers import Firm
from training_platform.crm.dataset.dice import Dice
from training_platform.crm.dataset.sales import DWELL_DAYS, Line, Sale, draw_dwell, draw_lines
from training_platform.crm.dataset.working_time import NOW, moment, near
from training_platform.crm.rules.calendar import CHINA, working_day_from

STAGES = ("initial_contact", "needs_analysis", "proposal", "contract")
COHORT = "2024H2"
#: The cohort: 1,000 → 800 → 560 → 476 → 428; how many were lost in each stage.
COHORT_WON = 428
COHORT_LOST = (200, 240, 84, 48)
#: Half-year → how many were won in it. Those of the cohort are all that were opened in its months.
WON = {"2023H2": 70, "2024H1": 108, COHORT: COHORT_WON, "2025H1": 150}
_STARTS = {
    "2023H2": datetime(2023, 7, 1, tzinfo=CHINA),
    "2024H1": datetime(2024, 1, 1, tzinfo=CHINA),
    COHORT: datetime(2024, 7, 1, tzinfo=CHINA),
    "2025H1": datetime(2025, 1, 1, tzinfo=CHINA),
}
OPEN = 250
OPEN_OF_FIRST_SELLER = 46
_OPEN_STAGES = {0: 0.33, 1: 0.31, 2: 0.22, 3: 0.14}
#: How many of a source's opportunities are won, about.
_WIN_RATES = {
    "referral": 0.58,
    "trade_fair": 0.46,
    "website": 0.43,
    "phone": 0.38,
    "online_ad": 0.3,
}
_SHORT = timedelta(minutes=20)


@dataclass(eq=False)
class Deal:
    """One opportunity before it is written."""

    firm: Firm
    key: str
    #: When it entered each stage that it reached; the last is won, lost or the open one.
    entered: list[datetime]
    outcome: str
    lines: list[Line]
    discount: int
    sale: Sale | None = None
    signed_at: datetime | None = None
    #: What was paid on the contract, and when: the deal was won with it.
    deposit: Decimal = Decimal(0)
    deposit_at: datetime | None = None
    ident: int = 0

    @property
    def opened_at(self) -> datetime:
        """Return when it began."""
        return self.entered[0]

    @property
    def reached(self) -> int:
        """Return the number of the last open stage that it entered."""
        return len(self.entered) - (1 if self.outcome == "open" else 2)

    @property
    def amount(self) -> Decimal:
        """Return the sum of its lines; before there is an offer, an estimate."""
        exact = sum((line.quantity * line.price for line in self.lines), Decimal(0))
        if self.reached >= 2:
            return exact
        return max(Decimal(round(exact / 500) * 500), Decimal(500))


def half_year(instant: datetime) -> str:
    """Return the half-year in which an instant falls: 2024H2."""
    local = instant.astimezone(CHINA)
    return f"{local.year}H{1 if local.month <= 6 else 2}"


def plan_deals(firms: list[Firm], sales: list[Sale]) -> list[Deal]:
    """Return every opportunity, by the time at which it began."""
    won = _won(sales)
    waiting = _newcomers(firms, {deal.firm.ident for deal in won})
    lost = [deal for name in WON for deal in _lost(name, firms, won, waiting)]
    tried = [_open_deal(firm, f"new:{firm.ident}", firm.came_at) for firm in waiting]
    begun = [deal for deal in tried if deal is not None]
    deals = [*won, *lost, *begun, *_open(firms, begun)]
    deals.sort(key=lambda deal: (deal.opened_at, deal.key))
    for number, deal in enumerate(deals, start=1):
        deal.ident = number
    return deals


def _won(sales: list[Sale]) -> list[Deal]:
    """Return the won deals: those of new customers, then as many as each half-year is to have."""
    found: dict[str, list[Deal]] = {name: [] for name in WON}
    candidates = [deal for sale in sales if (deal := _won_deal(sale)) is not None]
    ranked = sorted(candidates, key=_rank)
    for deal in ranked:
        name = half_year(deal.opened_at)
        if name in found and len(found[name]) < WON[name]:
            found[name].append(deal)
    for name, deals in found.items():
        if len(deals) != WON[name]:
            raise ValueError(f"{name}: {len(deals)} won deals")
    chosen = [deal for deals in found.values() for deal in deals]
    for deal in chosen:
        if deal.sale is not None:
            deal.sale.deposit, deal.sale.deposit_at = deal.deposit, deal.deposit_at
    return chosen


def _rank(deal: Deal) -> float:
    """Return the order of choice: first deals of new customers, then rather the large ones."""
    if deal.sale is not None and deal.sale.is_first_deal:
        return -1.0
    return Dice("won_rank", deal.key).share() / (1 + float(deal.amount) / 40_000)


def _won_deal(sale: Sale) -> Deal | None:
    """Return the deal that may lie behind a sale; None where its times leave no room for one."""
    if sale.paid_at is None or sale.net <= 0:
        return None
    dice = Dice("deal", sale.key)
    share = dice.weighted({30: 0.45, 50: 0.3, 100: 0.25})
    day = working_day_from(sale.placed_at.date() + timedelta(days=dice.whole(0, 3)))
    deposit_at = max(moment(dice, day), sale.placed_at + timedelta(minutes=25))
    if share == 100 or deposit_at >= sale.paid_at:
        share, deposit_at = 100, sale.paid_at
    won_at = deposit_at + timedelta(minutes=dice.whole(4, 30))
    came_at = sale.firm.came_at
    dwell = draw_dwell(Dice("first_deal", sale.firm.ident) if sale.is_first_deal else dice)
    opened = near(dice, won_at - timedelta(days=fsum(dwell)))
    if sale.is_first_deal:
        opened = came_at + timedelta(minutes=dice.whole(3, 20))
    if won_at >= NOW or opened <= came_at or won_at - opened < timedelta(days=3):
        return None
    entered = [*_entries(dice, opened, dwell, won_at), won_at]
    signed_at = max(sale.placed_at - timedelta(minutes=dice.whole(15, 90)), entered[3] + _SHORT)
    if signed_at >= deposit_at:
        return None
    deal = Deal(sale.firm, sale.key, entered, "won", sale.lines, sale.discount, sale, signed_at)
    deal.deposit = (sale.amount * share / 100).quantize(Decimal("0.01"))
    deal.deposit_at = deposit_at
    return deal


def _entries(dice: Dice, opened: datetime, dwell: list[float], end: datetime) -> list[datetime]:
    """Return when each stage was entered, so that the stages last as drawn, up to the end."""
    total = fsum(dwell)
    found, passed = [opened], 0.0
    for days in dwell[:-1]:
        passed += days
        found.append(near(dice, opened + (end - opened) * (passed / total)))
    last = end
    for place in range(len(found) - 1, 0, -1):
        found[place] = min(found[place], last - _SHORT)
        last = found[place]
    for place in range(1, len(found)):
        found[place] = max(found[place], found[place - 1] + _SHORT)
    return [each.replace(microsecond=0) for each in found]


def _newcomers(firms: list[Firm], served: set[int]) -> list[Firm]:
    """Return the new customers whose first deal was not won; each has one all the same."""
    return [firm for firm in firms if firm.is_new and firm.ident not in served]


def _lost(name: str, firms: list[Firm], won: list[Deal], waiting: list[Firm]) -> Iterator[Deal]:
    """Yield the lost deals of a half-year; those of newcomers first, who then wait no longer."""
    wins = [deal for deal in won if half_year(deal.opened_at) == name]
    weights = _source_weights(wins)
    for number, stage in enumerate(_slots(name)):
        key = f"lost:{name}:{number}"
        for firm in [firm for firm in waiting if half_year(firm.came_at) == name]:
            deal = _lost_deal(firm, key, firm.came_at + timedelta(minutes=12), stage)
            if deal is not None:
                waiting.remove(firm)
                break
        else:
            deal = _lost_somewhere(name, key, firms, stage, weights)
        yield deal


def _slots(name: str) -> list[int]:
    """Return the stage of each loss of a half-year, in chance order."""
    ratio = WON[name] / COHORT_WON
    slots = [
        stage for stage, count in enumerate(COHORT_LOST) for _each in range(round(count * ratio))
    ]
    order = sorted(
        range(len(slots)), key=lambda place: Dice("lost_slot", f"{name}:{place}").share()
    )
    return [slots[place] for place in order]


def _source_weights(wins: list[Deal]) -> dict[str, float]:
    """Return how the losses spread over sources, so that sources win unequally often."""
    weights = {}
    for source, rate in _WIN_RATES.items():
        count = sum(deal.firm.row["source"] == source for deal in wins)
        weights[source] = count * (1 - rate) / rate
    return weights


def _lost_somewhere(
    name: str, key: str, firms: list[Firm], stage: int, weights: dict[str, float]
) -> Deal:
    start = _STARTS[name]
    for attempt in range(50):
        dice = Dice("lost_where", f"{key}:{attempt}")
        source = dice.weighted(weights)
        opened = near(dice, start + timedelta(days=dice.between(1, 182)))
        fitting = {
            firm: 2.5 if firm.scale is None else 1.0
            for firm in firms
            if firm.row["source"] == source and _could_deal(firm, opened)
        }
        if half_year(opened) != name or not fitting:
            continue
        deal = _lost_deal(dice.weighted(fitting), key, opened, stage)
        if deal is not None:
            return deal
    raise ValueError(f"no room for {key}")


def _could_deal(firm: Firm, opened: datetime) -> bool:
    """Tell whether a seller worked on the customer then, and not for the first time."""
    row = firm.row
    is_there = firm.came_at + timedelta(days=20) < opened and row["retention"] == "active"
    is_pooled = row["pooled_at"] is not None and opened > row["pooled_at"] - timedelta(days=80)
    return is_there and not is_pooled and not firm.is_twin and not row["is_do_not_contact"]


def _lost_deal(firm: Firm, key: str, opened: datetime, stage: int) -> Deal | None:
    """Return a deal that was lost in a stage; None where that would be in the future."""
    dice = Dice("lost", key)
    dwell = draw_dwell(dice)[: stage + 1]
    end = near(dice, opened + timedelta(days=fsum(dwell)))
    if end <= opened + stage * _SHORT * 3:
        end = opened + _SHORT * (3 * stage + dice.whole(3, 9))
    if end >= NOW:
        return None
    entered = [*_entries(dice, opened, dwell, end), end]
    lines, discount = _draw_offer(dice, firm)
    return Deal(firm, key, entered, "lost", lines, discount)


def _draw_offer(dice: Dice, firm: Firm) -> tuple[list[Line], int]:
    usual = {"vip": 62_000, "key": 42_000, "regular": 21_000, None: 36_000}[firm.scale]
    discount = dice.weighted({0: 0.45, 3: 0.2, 5: 0.18, 8: 0.12, 12: 0.05})
    return draw_lines(dice, usual * dice.spread(0.7), discount), discount


def _open(firms: list[Firm], begun: list[Deal]) -> Iterator[Deal]:
    """Yield the deals on which sellers work now; the first seller has a full set."""
    counts = {firm.ident: 0 for firm in firms}
    for deal in begun:
        counts[deal.firm.ident] += 1
    mine = sum(deal.firm.row["owner_id"] == 1 for deal in begun)
    ready = [firm for firm in firms if firm.row["owner_id"] and _could_deal(firm, NOW)]
    for number in range(OPEN - len(begun)):
        is_mine = mine < OPEN_OF_FIRST_SELLER
        fitting = {
            firm: 1.0 / (1 + 3 * counts[firm.ident])
            for firm in ready
            if (firm.row["owner_id"] == 1) == is_mine and counts[firm.ident] < 2
        }
        found = _open_somewhere(f"open:{number}", fitting)
        counts[found.firm.ident] += 1
        mine += is_mine
        yield found


def _open_somewhere(key: str, fitting: dict[Firm, float]) -> Deal:
    for attempt in range(50):
        firm = Dice("open_where", f"{key}:{attempt}").weighted(fitting)
        deal = _open_deal(firm, f"{key}:{attempt}")
        if deal is not None:
            return deal
    raise ValueError(f"no room for {key}")


def _open_deal(firm: Firm, key: str, opened: datetime | None = None) -> Deal | None:
    """Return a deal that stands in some stage now; None where it would be too old."""
    dice = Dice("open", key)
    dwell = draw_dwell(dice)
    if opened is None:
        stage = dice.weighted(_OPEN_STAGES)
        age = dice.between(24, 52) if dice.chance(0.12) else dice.gamma(DWELL_DAYS[stage] * 1.1)
        opened = near(dice, NOW - timedelta(days=age + fsum(dwell[:stage])))
        if opened <= firm.came_at or opened < _STARTS["2025H1"] or opened >= NOW - 4 * _SHORT:
            return None
    else:
        opened += timedelta(minutes=12)
        age_days = (NOW - opened) / timedelta(days=1)
        stage = sum(fsum(dwell[: place + 1]) < age_days for place in range(3))
        age = age_days - fsum(dwell[:stage])
    days = [*dwell[:stage], age]
    entered = _entries(dice, opened, days, NOW - _SHORT)
    lines, discount = _draw_offer(dice, firm)
    return Deal(firm, key, entered, "open", lines, discount)
