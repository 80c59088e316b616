"""Follow-ups as sellers wrote them down, what is planned, and how customers stand today."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from training_platform.crm.dataset.customers import Firm
from training_platform.crm.dataset.deals import STAGES, Deal
from training_platform.crm.dataset.dice import Dice
from training_platform.crm.dataset.pipeline import owner_of
from training_platform.crm.dataset.sales import Sale
from training_platform.crm.dataset.stories import Slots, tell
from training_platform.crm.dataset.texts import ACTIVITY_TEXTS
from training_platform.crm.dataset.working_time import NOW, at, moment, near
from training_platform.crm.dataset.world import Row, World
from training_platform.crm.rules.calendar import working_day_from

#: Open tasks: of the first seller, and of the others.
TASKS_OF_FIRST_SELLER, TASKS_OF_OTHERS = 18, 72
#: Customers that go back to the pool soon.
NEGLECTED_BY_FIRST_SELLER, NEGLECTED_BY_OTHERS = 4, 14


def neglect_some(firms: list[Firm], deals: list[Deal], sales: list[Sale]) -> None:
    """Choose the customers that their sellers forget: they did nothing lately themselves."""
    since = NOW - timedelta(days=70)
    busy = {deal.firm for deal in deals if deal.outcome == "open" or deal.entered[-1] > since}
    busy |= {sale.firm for sale in sales if sale.placed_at > since}
    ready = [
        firm
        for firm in firms
        if firm.row["owner_id"] and firm not in busy and firm.row["protected_until"] is None
        if firm.row["retention"] == "active" and firm.came_at < since and not firm.is_twin
    ]
    ready.sort(key=lambda firm: Dice("neglected", firm.ident).share())
    mine = [firm for firm in ready if firm.row["owner_id"] == 1]
    others = [firm for firm in ready if firm.row["owner_id"] != 1]
    for firm in [*mine[:NEGLECTED_BY_FIRST_SELLER], *others[:NEGLECTED_BY_OTHERS]]:
        firm.is_neglected = True


def add_activities(world: World, firms: list[Firm], deals: list[Deal]) -> None:
    """Add what was done by the time at which it was done, then what is still to do."""
    done = [*_on_leads(world, firms), *_on_deals(deals), *_on_customers(firms)]
    done.sort(key=lambda row: (row["done_at"], row["subject"], row["owner_id"]))
    planned = [*_tasks(firms, deals)]
    for number, row in enumerate([*done, *planned], start=1):
        created = row["done_at"] or row.pop("made_at")
        row.pop("made_at", None)
        world.add("activity", number, created, **row)
    _finish_customers(firms, done)


def _row(dice: Dice, kind: str, slots: Slots, owner: int, when: datetime) -> Row:
    return {
        "customer_id": None,
        "lead_id": None,
        "opportunity_id": None,
        "ticket_id": None,
        "contact_id": None,
        **tell(dice, kind, slots),
        "owner_id": owner,
        "due_at": None,
        "remind_at": None,
        "done_at": when,
    }


def _on_leads(world: World, firms: list[Firm]) -> Iterator[Row]:
    by_id = {firm.ident: firm for firm in firms}
    for lead in world.rows("lead"):
        when = lead["first_followed_up_at"]
        if when is None:
            continue
        dice = Dice("lead_activity", lead["id"])
        owner = lead["owner_id"] or _former_owner(lead)
        place = 0
        while when is not None:
            slots = Slots(dice, when.date())
            customer = by_id.get(lead["converted_customer_id"] or 0)
            own = lead["company"].split("（")[0][:4] if customer is None else customer.own
            slots.about(own, lead["person"], lead["title"], None)
            row = _row(dice, "lead_later" if place else "lead_first", slots, owner, when)
            yield row | {"lead_id": lead["id"]}
            when, place = _next_contact(dice, lead, when), place + 1


def _former_owner(lead: Row) -> int:
    from training_platform.crm.dataset.management import matching_rule  # noqa: PLC0415

    facts = {name: lead[name] for name in ("region", "industry", "source", "potential")}
    return matching_rule(facts)[1].seller_ids[0]


def _next_contact(dice: Dice, lead: Row, last: datetime) -> datetime | None:
    """Return when a lead was contacted again; None where it was not."""
    if not dice.chance(0.3 if lead["status"] == "following" else 0.08):
        return None
    day = working_day_from(last.date() + timedelta(days=dice.whole(2, 9)))
    when = moment(dice, day)
    end = min(lead["converted_at"] or NOW, NOW)
    return when if when < end else None


def _on_deals(deals: list[Deal]) -> Iterator[Row]:
    """Yield what was done for deals of the last months, by stage, and how losses were told."""
    for deal in deals:
        is_late = deal.entered[-1] > NOW - timedelta(days=200)
        share = 0.42 if deal.outcome == "open" else 0.06 if is_late else 0.0
        for place in range(deal.reached + 1):
            dice = Dice("deal_activity", f"{deal.ident}:{place}")
            begin = deal.entered[place]
            end = deal.entered[place + 1] if place + 1 < len(deal.entered) else NOW
            when = begin + (end - begin) * dice.between(0.15, 0.9)
            if dice.chance(share):
                yield _deal_row(dice, deal, STAGES[place], near(dice, when), begin)
        dice = Dice("loss_activity", deal.ident)
        if deal.outcome == "lost" and is_late and dice.chance(0.12):
            yield _deal_row(dice, deal, "lost", deal.entered[-1] - timedelta(minutes=9), begin)


def _deal_row(dice: Dice, deal: Deal, kind: str, when: datetime, begin: datetime) -> Row:
    when = max(when, begin + timedelta(minutes=11))
    when = when if when < NOW else NOW - timedelta(hours=16)
    firm = deal.firm
    slots = Slots(dice, when.date(), firm)
    main = max(deal.lines, key=lambda line: line.quantity * line.price).product
    slots.about_product(main)
    row = _row(dice, kind, slots, owner_of(firm), when)
    return row | {
        "customer_id": firm.ident,
        "opportunity_id": deal.ident,
        "contact_id": slots.contact_id,
    }


def _on_customers(firms: list[Firm]) -> Iterator[Row]:
    """Yield the care for customers: by tier, and less for those in the pool."""
    for firm in firms:
        dice = Dice("care", firm.ident)
        if firm.row["retention"] == "anonymized":
            continue
        for when in _care_times(dice, firm):
            if when <= firm.came_at:
                continue
            is_idle = firm.row["owner_id"] is None or firm.scale is None
            kind = "dormant" if is_idle and dice.chance(0.7) else "care"
            slots = Slots(dice, when.date(), firm)
            row = _row(dice, kind, slots, owner_of(firm), when)
            yield row | {"customer_id": firm.ident, "contact_id": slots.contact_id}


def _care_times(dice: Dice, firm: Firm) -> Iterator[datetime]:
    pooled = firm.row["pooled_at"]
    if pooled is not None:
        if dice.chance(0.5):
            yield near(dice, pooled - timedelta(days=dice.between(46, 80)))
        return
    if firm.is_neglected:
        yield near(dice, NOW - timedelta(days=dice.between(39, 58)))
        return
    days = dice.between(0.7, 38)
    step = {"vip": 29, "key": 70}.get(firm.scale or "", 120)
    limit = {"vip": 110, "key": 95}.get(firm.scale or "", 45)
    while days < limit:
        yield near(dice, NOW - timedelta(days=days))
        days += step * dice.between(0.85, 1.15)


def _tasks(firms: list[Firm], deals: list[Deal]) -> Iterator[Row]:
    """Yield what is to be done: overdue, today and in the next two weeks."""
    open_deals = {deal.firm.ident: deal for deal in deals if deal.outcome == "open"}
    owned = [firm for firm in firms if firm.row["owner_id"] and not firm.is_neglected]
    mine = [firm for firm in owned if firm.row["owner_id"] == 1]
    others = [firm for firm in owned if firm.row["owner_id"] != 1]
    for number in range(TASKS_OF_FIRST_SELLER + TASKS_OF_OTHERS):
        dice = Dice("task", number)
        firm = dice.pick(mine if number < TASKS_OF_FIRST_SELLER else others)
        due = _due(dice, number)
        slots = Slots(dice, due.date(), firm)
        subject, summary = dice.pick(ACTIVITY_TEXTS["tasks"])
        deal = open_deals.get(firm.ident)
        made = near(dice, min(due, NOW) - timedelta(days=dice.between(1.5, 9)))
        yield {
            "customer_id": firm.ident,
            "lead_id": None,
            "opportunity_id": deal.ident if deal and deal.opened_at < made else None,
            "ticket_id": None,
            "contact_id": slots.contact_id,
            "method": dice.weighted({"task": 0.6, "call": 0.25, "visit": 0.15}),
            "subject": slots.fill(subject),
            "summary": slots.fill(summary),
            "reaction": None,
            "next_step": None,
            "owner_id": owner_of(firm),
            "due_at": due,
            "remind_at": due - timedelta(hours=1) if dice.chance(0.6) else None,
            "done_at": None,
            "duration_minutes": None,
            "made_at": made,
        }


_MINUTES_OF_DAY = (
    9 * 60 + 30,
    10 * 60,
    10 * 60 + 30,
    11 * 60,
    14 * 60,
    15 * 60,
    15 * 60 + 30,
    16 * 60,
)


def _due(dice: Dice, number: int) -> datetime:
    """Return when a task is due: a quarter overdue, a third today, the rest later."""
    minute = dice.pick(_MINUTES_OF_DAY)
    if number % 12 < 3:
        day = near(dice, NOW - timedelta(days=dice.whole(2, 8))).date()
        return at(day, minute)
    if number % 12 < 7:
        return at(NOW.date(), minute)
    return at(working_day_from(NOW.date() + timedelta(days=dice.whole(1, 14))), minute)


def _finish_customers(firms: list[Firm], done: list[Row]) -> None:
    """Write down needs and remarks, and when each customer is to be contacted next."""
    last = {row["customer_id"]: row["done_at"] for row in done if row["customer_id"]}
    for firm in firms:
        dice = Dice("customer_now", firm.ident)
        row = firm.row
        if row["retention"] == "anonymized":
            continue
        slots = Slots(dice, NOW.date(), firm)
        if dice.chance(0.72):
            row["needs"] = slots.fill(dice.pick(ACTIVITY_TEXTS["needs"]))
        if dice.chance(0.28):
            row["remarks"] = dice.pick(ACTIVITY_TEXTS["remarks"])
        row["updated_at"] = max(row["updated_at"], last.get(firm.ident, row["updated_at"]))
        if row["owner_id"] is not None and row["retention"] == "active":
            row["next_follow_up_at"] = None if firm.is_neglected else _next_follow_up(dice)


def _next_follow_up(dice: Dice) -> datetime | None:
    """Return when it is next to be contacted: some overdue, some today, some not planned."""
    when = dice.weighted({"none": 0.14, "late": 0.13, "today": 0.08, "later": 0.65})
    if when == "none":
        return None
    if when == "today":
        return at(NOW.date(), dice.pick(_MINUTES_OF_DAY))
    days = -dice.whole(2, 16) if when == "late" else dice.whole(1, 28)
    near_day = near(dice, NOW + timedelta(days=days)).date()
    return at(near_day, dice.pick(_MINUTES_OF_DAY))
