"""Five hundred leads: those that became customers, strangers, and some who are known already."""

from datetime import datetime, timedelta
from decimal import Decimal

from training_platform.crm.choices import PROVINCE_REGIONS
from training_platform.crm.dataset import names, variants
from training_platform.crm.dataset.customers import REGION_WEIGHTS, Firm
from training_platform.crm.dataset.deals import Deal
from training_platform.crm.dataset.dice import Dice
from training_platform.crm.dataset.management import matching_rule
from training_platform.crm.dataset.marketing import campaign_at
from training_platform.crm.dataset.working_time import NOW, at, moment, within
from training_platform.crm.dataset.world import Row, World
from training_platform.crm.rules.calendar import CHINA, is_working_day, working_day_from
from training_platform.crm.rules.keys import company_key

COUNT = 500
KNOWN = 15
FRESH = 22
FIRST = datetime(2024, 9, 1, tzinfo=CHINA)
FOLLOW_UP = timedelta(minutes=1440)
#: Where those come from who do not become customers: unequal, so that sources win unequally often.
_STRANGERS = {
    "referral": 0.06,
    "trade_fair": 0.2,
    "website": 0.21,
    "phone": 0.17,
    "online_ad": 0.36,
}
_REMARKS = (
    "名片上另有一位联系人。",
    "要求上午联系。",
    "展位上看了贴标机演示。",
    "留言较长，见附言：想了解耗材价格。",
    "同事转来的线索。",
    "曾参加线上讲座。",
)
_STRATEGIES = {"fixed": "分给指定的销售", "round_robin": "轮流", "least_busy": "在手线索最少"}


def add_leads(world: World, firms: list[Firm], deals: list[Deal]) -> None:
    """Add the leads by the time at which they came."""
    converted = [_converted(firm, deals) for firm in firms if firm.is_new and firm.came_at > FIRST]
    taken = {company_key(firm.row["name"]) for firm in firms}
    phones = {firm.row["mobile"] for firm in firms} | {
        contact["mobile"] for firm in firms for contact in firm.contacts
    }
    count = COUNT - len(converted)
    known = [_known(number, firms, phones) for number in range(KNOWN)]
    strange = [_stranger(number, taken, phones) for number in range(count - KNOWN)]
    for row, dice in known + strange:
        _course(row, dice)
    rows = [*converted, *(row for row, _dice in known + strange)]
    rows.sort(key=lambda row: (row["received_at"], row["company"]))
    by_id = {opportunity["id"]: opportunity for opportunity in world.rows("opportunity")}
    for number, row in enumerate(rows, start=1):
        touched = row["converted_at"] or row["first_followed_up_at"] or row["received_at"]
        world.add("lead", number, row["received_at"], touched, code=f"XS{number:03d}", **row)
        if row["converted_opportunity_id"]:
            opportunity = by_id[row["converted_opportunity_id"]]
            opportunity |= {"lead_id": number, "campaign_id": row["campaign_id"]}


def _base(dice: Dice, source: str, received: datetime) -> Row:
    return {
        "company": "",
        "person": None,
        "title": None,
        "mobile": None,
        "email": None,
        "industry": None,
        "region": None,
        "source": source,
        "campaign_id": campaign_at(source, received) if dice.chance(0.8) else None,
        "potential": dice.weighted({"high": 0.24, "medium": 0.46, "low": 0.3}),
        "status": "unassigned",
        "owner_id": None,
        "received_at": received,
        "assigned_at": None,
        "assign_rule_id": None,
        "assign_reason": None,
        "first_follow_up_due_at": None,
        "first_followed_up_at": None,
        "next_follow_up_at": None,
        "expected_close_on": None,
        "expected_amount": None,
        "nurture_step": "none",
        "lost_reason": None,
        "converted_customer_id": None,
        "converted_contact_id": None,
        "converted_opportunity_id": None,
        "converted_at": None,
        "tags": sorted(
            dice.sample(("展会", "急", "需要样品", "同行转介", "老客户新厂"), dice.whole(0, 1))
        ),
        "custom": {"budget": dice.pick(("5 万以内", "5—20 万", "20 万以上"))}
        if dice.chance(0.45)
        else {},
        "remarks": dice.pick(_REMARKS) if dice.chance(0.3) else None,
    }


def _converted(firm: Firm, deals: list[Deal]) -> Row:
    """Return the lead from which a customer came."""
    dice = Dice("lead_of", firm.ident)
    customer = firm.row
    first = min(
        (deal for deal in deals if deal.firm is firm), key=lambda deal: deal.opened_at, default=None
    )
    days = dice.gamma(8) + 0.8
    day = working_day_from((firm.came_at - timedelta(days=days)).date())
    received = min(moment(dice, day), firm.came_at - timedelta(hours=3))
    row = _base(dice, customer["source"], received)
    row |= {name: customer[name] for name in ("mobile", "email", "industry", "region")}
    row |= {"company": customer["name"], "person": customer["contact_name"]}
    row |= {"title": customer["contact_title"], "potential": "high"}
    _assign(row, dice, customer["owner_id"])
    if row["first_followed_up_at"] is None or row["first_followed_up_at"] >= firm.came_at:
        row["first_followed_up_at"] = within(row["assigned_at"], firm.came_at, 0.5)
    row |= {
        "status": "converted",
        "converted_at": firm.came_at,
        "converted_customer_id": firm.ident,
        "converted_contact_id": firm.contacts[0]["id"],
        "converted_opportunity_id": first.ident if first else None,
        "nurture_step": "ready",
        "expected_close_on": firm.came_at.date() + timedelta(days=25),
    }
    return row


def _stranger(number: int, taken: set[str], phones: set[str]) -> tuple[Row, Dice]:
    """Return a lead of a firm that nobody knows."""
    dice = Dice("lead", number)
    source = dice.weighted(_STRANGERS)
    row = _base(dice, source, _received(dice, source, is_fresh=number < FRESH))
    region = dice.weighted(REGION_WEIGHTS)
    city = dice.weighted(
        {
            name: known[1]
            for name, known in names.CITIES.items()
            if PROVINCE_REGIONS[known[0]] == region
        }
    )
    industry = dice.weighted({name: known[0] for name, known in names.TRADES.items()})
    while True:
        own = names.brand(dice)
        company = names.firm(dice, own, industry, city)
        if company_key(company) not in taken:
            taken.add(company_key(company))
            break
    person = names.person(dice)
    host = names.host(own, industry)
    row |= {"company": company, "person": person, "title": names.job(dice)[1]}
    row |= {"mobile": names.phone(dice, phones), "region": region, "industry": industry}
    row["email"] = names.email(person, host) if dice.chance(0.55) else None
    return row, dice


def _known(number: int, firms: list[Firm], phones: set[str]) -> tuple[Row, Dice]:
    """Return a lead of a firm that is a customer already, written another way."""
    dice = Dice("known_lead", number)
    ready = [
        firm
        for firm in firms
        if firm.scale and not firm.is_twin and firm.row["retention"] == "active"
    ]
    firm = dice.pick(ready)
    customer = firm.row
    source = dice.pick(("trade_fair", "website", "online_ad"))
    row = _base(dice, source, _received(dice, source, is_fresh=number < 5))
    kind = ("form", "brackets", "blank", "same_phone", "short")[number % 5]
    row |= {name: customer[name] for name in ("industry", "region")}
    row["company"] = variants.KINDS[kind](customer["name"])
    row["mobile"] = names.phone(dice, phones)
    if kind == "same_phone":
        row["company"] = names.firm(dice, names.brand(dice), customer["industry"], customer["city"])
        row["mobile"] = customer["mobile"]
    row["person"] = names.person(dice)
    row["title"] = names.job(dice)[1]
    return row, dice


def _received(dice: Dice, source: str, *, is_fresh: bool) -> datetime:
    """Return when a lead came; those from the web come at any hour."""
    if is_fresh:
        hours = dice.between(0.3, 62)
        return (NOW - timedelta(hours=hours)).replace(second=dice.whole(0, 59), microsecond=0)
    days = dice.between(4, 62) if dice.chance(0.46) else dice.between(62, (NOW - FIRST).days)
    day = (NOW - timedelta(days=days)).date()
    if source in {"website", "online_ad"}:
        return at(day, dice.whole(7 * 60 + 30, 22 * 60 + 40), dice.whole(0, 59))
    return moment(dice, working_day_from(day))


def _assign(row: Row, dice: Dice, owner_id: int | None = None) -> None:
    """Give a lead its owner by the rules, or one by hand; and the time to the first follow-up."""
    facts = {name: row.get(name) for name in ("region", "industry", "source", "potential")}
    number, rule = matching_rule(facts)
    received = row["received_at"]
    if is_working_day(received.date()) and received.hour < 17:
        assigned = received + timedelta(minutes=dice.whole(4, 55))
    else:
        day = working_day_from(received.date() + timedelta(days=received.hour >= 17))
        assigned = at(day, 8 * 60 + 45 + dice.whole(0, 40), dice.whole(0, 59))
    if assigned >= NOW:
        return
    owner = owner_id or dice.pick(rule.seller_ids)
    is_by_rule = owner in rule.seller_ids and dice.chance(0.9)
    row |= {
        "status": "assigned",
        "owner_id": owner,
        "assigned_at": assigned,
        "assign_rule_id": number if is_by_rule else None,
        "assign_reason": f"规则“{rule.name}”：{_STRATEGIES[rule.strategy]}"
        if is_by_rule
        else dice.pick(("客户指定联系人", "同集团客户由其负责", "主管指派：熟悉该行业")),
        "first_follow_up_due_at": assigned + FOLLOW_UP,
    }
    followed = _first_follow_up(dice, assigned)
    row["first_followed_up_at"] = followed if followed < NOW else None


def _first_follow_up(dice: Dice, assigned: datetime) -> datetime:
    """Return when a lead was first followed up: most within a day, some late."""
    if dice.chance(0.1):
        day = working_day_from(assigned.date() + timedelta(days=dice.whole(2, 4)))
        return moment(dice, day)
    soon = assigned + timedelta(minutes=dice.whole(15, 260))
    if soon.hour < 18:
        return soon
    return at(working_day_from(soon.date() + timedelta(days=1)), 8 * 60 + 50 + dice.whole(0, 60))


def _course(row: Row, dice: Dice) -> None:
    """Let a lead take its course up to now."""
    age = NOW - row["received_at"]
    if age < timedelta(hours=63) and dice.chance(0.6):
        return
    _assign(row, dice)
    if row["first_followed_up_at"] is None:
        return
    is_young = age < timedelta(days=62)
    shares = {"following": 0.62, "invalid": 0.24, "returned": 0.11, "assigned": 0.03}
    if not is_young:
        shares = {"following": 0.09, "invalid": 0.66, "returned": 0.25}
    row["status"] = dice.weighted(shares)
    if row["status"] == "assigned":
        row["first_followed_up_at"] = None
        return
    if row["status"] == "invalid":
        row["lost_reason"] = dice.weighted(
            {"no_answer": 0.34, "no_need": 0.3, "no_budget": 0.2, "price": 0.1, "competitor": 0.06}
        )
    if row["status"] == "returned":
        row["owner_id"] = None
    if row["status"] == "following":
        _plan(row, dice)


def _plan(row: Row, dice: Dice) -> None:
    """Give a lead in follow-up its plan: next contact, nurturing, what may come of it."""
    days = -dice.whole(1, 6) if dice.chance(0.15) else dice.whole(0, 12)
    day = working_day_from(NOW.date() + timedelta(days=days))
    row["next_follow_up_at"] = at(day, dice.pick((570, 600, 630, 840, 870, 900, 960)))
    row["nurture_step"] = dice.weighted(
        {"none": 0.3, "welcome": 0.3, "case_study": 0.22, "invitation": 0.13, "ready": 0.05}
    )
    if dice.chance(0.6):
        row["expected_close_on"] = working_day_from(NOW.date() + timedelta(days=dice.whole(15, 90)))
        row["expected_amount"] = Decimal(dice.whole(6, 160) * 1000)
