"""Campaigns with members, costs and revenue; segments, web visits, referrals."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from training_platform.crm.dataset.customers import Firm
from training_platform.crm.dataset.dice import Dice
from training_platform.crm.dataset.products import PRODUCTS
from training_platform.crm.dataset.sales import Sale
from training_platform.crm.dataset.texts import CAMPAIGN_TEXTS
from training_platform.crm.dataset.working_time import NOW, at, moment
from training_platform.crm.dataset.world import Row, World
from training_platform.crm.rules.calendar import CHINA, working_day_from


@dataclass(frozen=True)
class Campaign:
    """A campaign as it was planned; its return is revenue ÷ cost."""

    name: str
    kind: str
    starts_on: date
    ends_on: date
    size: int
    buyers: int
    result: str | None = None
    segment: int | None = None
    message: str | None = None


CAMPAIGNS = tuple(Campaign(**each) for each in CAMPAIGN_TEXTS["campaign"])
SEGMENTS = (
    ("在用设备客户", {"industry": ["machinery", "electronics", "automotive", "food", "medical"]}),
    ("耗材月度客户", {"tags": ["年度框架", "月结"]}),
    ("追溯打码潜力客户", {"tags": ["一物一码", "出口企业"]}),
    ("冷链与食品医疗", {"industry": ["food", "medical", "logistics"]}),
    ("华东重点跟进", {"region": ["east"], "tier": ["key", "vip"]}),
)
_LEFT = {
    "email": {"delivered": 40, "opened": 30, "clicked": 17, "responded": 8, "bounced": 5},
    "sms": {"delivered": 62, "clicked": 22, "responded": 8, "bounced": 8},
    "trade_fair": {"delivered": 45, "responded": 55},
    "webinar": {"delivered": 30, "opened": 28, "clicked": 20, "responded": 18, "bounced": 4},
}
_RESPONSES = frozenset({"responded", "won"})


def campaign_at(source: str, instant: datetime) -> int | None:
    """Return the campaign from which a lead of a source came at an instant; None for others."""
    kinds = {"trade_fair": {"trade_fair"}, "online_ad": {"sms", "email"}, "website": {"webinar"}}
    for number, campaign in enumerate(CAMPAIGNS, start=1):
        begins = datetime.combine(campaign.starts_on, datetime.min.time(), CHINA)
        ends = datetime.combine(campaign.ends_on, datetime.min.time(), CHINA) + timedelta(days=40)
        if campaign.kind in kinds.get(source, set()) and begins <= instant <= ends:
            return number
    return None


def add_segments(world: World, firms: list[Firm]) -> None:
    """Add segments, with the members that they had when they were frozen."""
    frozen = at(date(2025, 6, 5), 10 * 60)
    for number, (name, definition) in enumerate(SEGMENTS, start=1):
        members = [
            firm.ident
            for firm in firms
            if all(_has(firm.row, field, values) for field, values in definition.items())
            and firm.row["retention"] == "active"
            and not firm.row["is_do_not_contact"]
        ]
        world.add(
            "segment",
            number,
            frozen,
            name=name,
            definition=definition,
            member_ids=members if number < len(SEGMENTS) else [],
            frozen_at=frozen if number < len(SEGMENTS) else None,
        )


def _has(row: Row, field: str, values: list[str]) -> bool:
    found = row.get(field)
    return bool(set(found) & set(values)) if isinstance(found, list) else found in values


def add_campaigns(world: World, firms: list[Firm], sales: list[Sale]) -> None:
    """Add the campaigns; some sales then come from them, so that costs and revenue agree."""
    members: list[Row] = []
    for number, campaign in enumerate(CAMPAIGNS, start=1):
        dice = Dice("campaign", number)
        sold = _sold_by(campaign, number, sales)
        revenue = sum((sale.amount for sale in sold), Decimal(0))
        cost = Decimal(0)
        if campaign.result is not None:
            cost = (revenue / Decimal(campaign.result)).quantize(Decimal("0.01"))
        budget = max(Decimal(round(int(cost) * dice.between(0.9, 1.25), -3)), Decimal(8000))
        begins = at(campaign.starts_on, 9 * 60)
        is_sent = campaign.result is not None and begins < NOW
        world.add(
            "campaign",
            number,
            begins - timedelta(days=30) if is_sent else at(date(2025, 6, 12), 15 * 60),
            code=f"M-{number:03d}",
            name=campaign.name,
            kind=campaign.kind,
            status=_status(campaign),
            starts_on=campaign.starts_on,
            ends_on=campaign.ends_on,
            budget_amount=budget,
            cost_amount=cost,
            segment_id=campaign.segment,
            message=campaign.message,
            sent_at=begins if is_sent else None,
            owner_id=(15, 2, 6, 11)[number % 4],
        )
        members += _members(number, campaign, firms, sold)
    for ident, member in enumerate(members, start=1):
        world.add("campaign_member", ident, member["sent_at"], member["responded_at"], **member)


def _status(campaign: Campaign) -> str:
    today = NOW.date()
    if campaign.starts_on > today:
        return "planned"
    return "running" if campaign.ends_on >= today else "ended"


def _sold_by(campaign: Campaign, number: int, sales: list[Sale]) -> list[Sale]:
    """Return the sales that a campaign brought: one per customer, none with a refund."""
    begins = at(campaign.starts_on, 9 * 60)
    ends = begins + timedelta(days=50)
    found: dict[int, Sale] = {}
    for sale in sorted(sales, key=lambda sale: Dice("sold", f"{number}:{sale.key}").share()):
        is_one = (
            begins + timedelta(days=1) < sale.placed_at < ends
            and sale.paid_at is not None
            and not sale.refunds
            and sale.campaign_id is None
            and not sale.is_first_deal
            and sale.firm.ident not in found
            and sale.amount < 60_000
            and not sale.firm.row["is_do_not_contact"]
        )
        if is_one and len(found) < campaign.buyers:
            sale.campaign_id = number
            found[sale.firm.ident] = sale
    return list(found.values())


def _members(number: int, campaign: Campaign, firms: list[Firm], sold: list[Sale]) -> list[Row]:
    begins = at(campaign.starts_on, 9 * 60)
    won = {sale.firm.ident: sale for sale in sold}
    ready = [
        firm
        for firm in firms
        if firm.came_at < begins - timedelta(days=5)
        and not firm.is_twin
        and firm.row["retention"] == "active"
        and not firm.row["is_do_not_contact"]
        and firm.ident not in won
    ]
    others = Dice("members", number).sample(ready, max(0, campaign.size - len(won)))
    chosen = sorted([*others, *(sale.firm for sale in sold)], key=lambda firm: firm.ident)
    return [_member(number, campaign, firm, won.get(firm.ident)) for firm in chosen]


def _member(number: int, campaign: Campaign, firm: Firm, sale: Sale | None) -> Row:
    dice = Dice("member", f"{number}:{firm.ident}")
    sent = at(campaign.starts_on, 9 * 60 + dice.whole(0, 25), dice.whole(0, 59))
    status = "won" if sale else dice.weighted(_LEFT[campaign.kind])
    contact = dice.pick(firm.contacts)
    if contact["has_opted_out"] and campaign.kind in {"email", "sms"} and not sale:
        status = "opted_out"
    responded = None
    if status in _RESPONSES:
        day = working_day_from(sent.date() + timedelta(days=dice.whole(0, 6)))
        responded = max(moment(dice, day), sent + timedelta(minutes=dice.whole(5, 90)))
        responded = min(responded, sale.placed_at) if sale else responded
        responded = min(responded, NOW - timedelta(hours=17))
    return {
        "campaign_id": number,
        "customer_id": firm.ident,
        "contact_id": contact["id"],
        "status": status,
        "sent_at": sent,
        "responded_at": responded,
        "revenue_amount": sale.amount if sale else None,
    }


def add_visits(world: World, firms: list[Firm]) -> None:
    """Add what people of customers looked at on the company's site in the last nine months."""
    visits: list[Row] = []
    weights = {"vip": 0.8, "key": 0.6, "regular": 0.34, None: 0.4}
    for firm in firms:
        dice = Dice("visits", firm.ident)
        if firm.is_twin or not dice.chance(weights[firm.scale]):
            continue
        for _each in range(dice.whole(1, 9)):
            visits += _visit(dice, firm)
    visits.sort(key=lambda visit: (visit["visited_at"], visit["customer_id"]))
    for number, visit in enumerate(visits, start=1):
        world.add("web_visit", number, visit["visited_at"], **visit)


def _visit(dice: Dice, firm: Firm) -> list[Row]:
    """Return one visit: one to three pages in a row."""
    day = (NOW - timedelta(days=dice.between(0.6, 270) * dice.between(0.5, 1))).date()
    when = at(day, dice.whole(8 * 60, 21 * 60), dice.whole(0, 59))
    found: list[Row] = []
    if when <= firm.came_at - timedelta(days=30) or when >= NOW:
        return found
    liked = dice.pick([each for each in PRODUCTS if each.is_active])
    for _page in range(dice.weighted({1: 0.55, 2: 0.3, 3: 0.15})):
        page = dice.weighted(
            {"home": 14, "product": 46, "price": 14, "case": 12, "support": 8, "contact": 6}
        )
        seconds = dice.whole(8, 40) if page == "home" else dice.whole(15, 420)
        found.append(
            {
                "customer_id": firm.ident,
                "page": page,
                "product_id": liked.ident if page in {"product", "price"} else None,
                "visited_at": when,
                "seconds_count": seconds,
            }
        )
        when += timedelta(seconds=seconds + dice.whole(1, 9))
    return found


def add_referrals(world: World, firms: list[Firm], sales: list[Sale]) -> None:
    """Add the referrals that were claimed: valid ones, and some that are not."""
    by_id = {firm.ident: firm for firm in firms}
    rows = [
        _referral(by_id[firm.row["referred_by_id"]], firm, sales)
        for firm in firms
        if firm.row["referred_by_id"] is not None and firm.is_new
    ]
    elder = [firm for firm in firms if firm.scale and not firm.is_new and not firm.is_twin]
    rows += [_wrong_referral(number, elder, sales) for number in range(8)]
    rows.sort(key=lambda row: (row["claimed_at"], row["referred_name"]))
    for number, row in enumerate(rows, start=1):
        world.add("referral", number, row["claimed_at"], code=f"ZJ-{number:03d}", **row)


def _referral(referrer: Firm, firm: Firm, sales: list[Sale]) -> Row:
    """Return the referral of a new customer: paid, valid, claimed, or refused after a refund."""
    dice = Dice("referral", firm.ident)
    claimed = moment(
        dice, working_day_from(firm.came_at.date() + timedelta(days=dice.whole(1, 25)))
    )
    own = [sale for sale in sales if sale.firm is firm and sale.paid_at is not None]
    first = min(own, key=lambda sale: (sale.paid_at, sale.ident), default=None)
    row: Row = {
        "referrer_id": referrer.ident,
        "referred_id": firm.ident,
        "referred_name": firm.row["name"],
        "claimed_at": min(claimed, NOW - timedelta(days=1)),
        "status": "claimed",
        "order_id": None,
        "rate_percent": 5,
        "reward_amount": None,
        "refused_reason": None,
    }
    is_young = NOW - row["claimed_at"] < timedelta(days=330)
    if first is None and not is_young:
        return row | {"status": "refused", "refused_reason": "被推荐客户一直没有付款订单"}
    if first is None or (is_young and dice.chance(0.4)):
        return row
    row["order_id"] = first.ident
    if first.refunds:
        return row | {"status": "refused", "refused_reason": "首单已退款，不符合返利条件"}
    reward = (first.amount * 5 / 100).quantize(Decimal("0.01"))
    return row | {"status": "valid" if is_young else "paid", "reward_amount": reward}


def _wrong_referral(number: int, elder: list[Firm], sales: list[Sale]) -> Row:
    """Return a claim for somebody who was a customer already; half of them are not decided yet."""
    dice = Dice("wrong_referral", number)
    referrer, known = dice.sample(elder, 2)
    day = working_day_from((NOW - timedelta(days=dice.whole(3, 90))).date())
    first = next((sale for sale in sales if sale.firm is known and sale.paid_at), None)
    is_refused = number % 2 == 0
    return {
        "referrer_id": referrer.ident,
        "referred_id": known.ident,
        "referred_name": known.row["name"],
        "claimed_at": min(moment(dice, day), NOW - timedelta(hours=20)),
        "status": "refused" if is_refused else "claimed",
        "order_id": first.ident if first and not is_refused else None,
        "rate_percent": 5,
        "reward_amount": None,
        "refused_reason": "推荐前已是我方客户" if is_refused else None,
    }
