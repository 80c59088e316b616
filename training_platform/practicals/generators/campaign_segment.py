"""A mailing to a segment of customers, and the results of an earlier one as they come in."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from training_platform.core import clock
from training_platform.crm.choices import INDUSTRIES
from training_platform.crm.dataset.dice import Dice
from training_platform.crm.metrics.campaigns import CampaignReturn, campaign_returns
from training_platform.crm.metrics.results import percent
from training_platform.crm.metrics.shapes import rounded
from training_platform.crm.metrics.twin import TwinSource
from training_platform.crm.rules.campaigns import RESPONSES, exclusion
from training_platform.practicals.drawing import (
    Baseline,
    Drawn,
    Handout,
    Planted,
    generator,
    own_id,
)
from training_platform.practicals.generators.counting import source_of
from training_platform.practicals.generators.figures import money
from training_platform.practicals.generators.moments import at, beginning
from training_platform.practicals.generators.texts import in_both
from training_platform.practicals.report_filters import Sources

Row = Mapping[str, Any]
#: As few and as many customers as the segment may have, and the list that is looked through.
_FEWEST, _MOST, _LONGEST = 8, 45, 100
_IDLE_DAYS = 90
_HEADINGS = ("客户编号 Number", "客户 Customer", "最近付款日 Last payment")
_INVOICE = [
    {"zh": "日期", "en": "Date"},
    {"zh": "内容", "en": "For what"},
    {"zh": "活动", "en": "Campaign"},
    {"zh": "金额", "en": "Amount"},
]
#: Shares of the three invoices of the first mailing, in percent; the last one is what is left.
_PARTS = (46, 31)
#: How far the members of the first mailing went: as few and as many of each.
_STATES = (
    ("bounced", 4, 7),
    ("won", 2, 4),
    ("responded", 3, 6),
    ("clicked", 8, 13),
    ("opened", 14, 21),
    ("delivered", 22, 30),
)


@generator
def campaign_segment(
    dice: Dice, options: Mapping[str, Any], baseline: Baseline, seller: int
) -> Drawn:
    """Draw whom a mailing is for, and plant a first one whose results have come in.

    Options: pages (product line → the tag of who looked at its pages, name), since (days from
    which on visits count), industries (of which `count` are drawn), tag (that the trainee gives),
    first (the first mailing: name, other: another campaign, and bills: what was paid for). Of the
    segment are visitors of these industries who are no VIPs and paid last `_IDLE_DAYS` or more ago.

    The key: ids, forms and reached (customer_id, campaign_id: whom the mailing may reach), recent
    (who paid lately), recent_forms and all_forms (with those; without a look at the visits);
    segment_id and campaign_id (what a trainee makes first), bent (a customer without consent who
    could be reached with it), opted (the contact who opted out); past: id, cost, cost_all (with the
    other campaign's bill), opened, clicked, ratio, and the slips opened_of_sent, clicked_of_sent,
    profit and ratio_all.
    """
    market = _Market(baseline)
    people = _drawn_people(dice, options, market)
    opted = dice.pick([row for row in people.reached if len(market.contacts(row)) == 1])
    reached = [row for row in people.reached if row is not opted]
    contact = market.contacts(opted)[0]["id"]
    first = _First(dice, options["first"], people.others)
    own = own_id(len(first.members) + 1)
    ids = [row["id"] for row in people.chosen]
    idle = [row["id"] for row in people.idle]
    return Drawn(
        params={
            "industries": _joined([in_both(INDUSTRIES[each]) for each in people.industries]),
            "industry_codes": ",".join(people.industries),
            "page": people.page["name"],
            "seen": people.page["tag"],
            "since": people.since,
            "tag": options["tag"],
            "days": _IDLE_DAYS,
            "until": market.until.isoformat(),
            "past": options["first"]["name"],
            "bills": {"table": {"columns": _INVOICE, "rows": first.bills}},
        },
        key={
            "ids": ids,
            "forms": [str(each) for each in ids],
            "recent": [row["id"] for row in people.recent],
            "recent_forms": [str(row["id"]) for row in (*people.chosen, *people.recent)],
            "all_forms": [str(each) for each in idle],
            "reached": [{"customer_id": row["id"], "campaign_id": own + 1} for row in reached],
            "segment_id": own,
            "campaign_id": own + 1,
            "bent": dice.pick(people.bent)["id"],
            "opted": contact,
            "past": first.facts(),
        },
        planted=[
            Planted("campaign", first.campaign | {"owner_id": seller}),
            *(Planted("campaign_member", each) for each in first.members),
            *(
                Planted("customer", {"tags": [*(row["tags"] or ()), people.page["tag"]]}, row["id"])
                for row in people.visitors
            ),
            Planted("contact", {"has_opted_out": True}, contact),
        ],
        handouts=[Handout("payments.csv", [_HEADINGS, *market.payments()])],
    )


class _Market:
    """What is known of the customers: what they are, looked at, and paid."""

    def __init__(self, baseline: Baseline) -> None:
        self._baseline = baseline
        self._tiers = Sources(lambda entity: baseline.get(entity, {}), beginning())
        self._contacts: dict[int, list[Row]] = {}
        for row in baseline["contact"].values():
            self._contacts.setdefault(row["customer_id"], []).append(row)
        source = source_of(baseline, ["order", "seller"])
        bought = source.purchases(source.now)
        self._paid: Mapping[int, date] = {number: days[-1] for number, days in bought.items()}
        self.until = clock.company_day(source.now) - timedelta(days=_IDLE_DAYS)
        self.active = [row for row in baseline["customer"].values() if row["retention"] == "active"]

    def contacts(self, row: Row) -> Sequence[Row]:
        """Return the contacts of a customer."""
        return self._contacts.get(row["id"], ())

    def visitors(self, line: str, since: str) -> set[int]:
        """Return who looked at pages of a product line from a day on."""
        products = self._baseline["product"]
        return {
            row["customer_id"]
            for row in self._baseline["web_visit"].values()
            if row["page"] == "product"
            and row["visited_at"] >= since
            and products[row["product_id"]]["line"] == line
        }

    def is_vip(self, row: Row) -> bool:
        """Tell whether a customer is a VIP."""
        return self._tiers.tier_of(row["id"]) == "vip"

    def is_idle(self, row: Row) -> bool | None:
        """Tell whether the last payment lies back long enough; None for who never paid."""
        paid = self._paid.get(row["id"])
        return None if paid is None else paid <= self.until

    def payments(self) -> Iterator[Sequence[str]]:
        """Yield number, name and day of the last payment of each customer that ever paid."""
        for row in sorted(self.active, key=lambda each: each["code"]):
            if row["id"] in self._paid:
                yield row["code"], row["name"], self._paid[row["id"]].isoformat()

    def excluded(self, row: Row) -> str | None:
        """Return why a customer gets no mail; consent is asked last: it alone is missing then."""
        own = self.contacts(row)
        willing = [each for each in own if not each["has_opted_out"]]
        if own and not willing:
            return "opted_out"
        if not any(each["email"] for each in (row, *willing)):
            return "no_address"
        return exclusion(
            "email",
            consent=row["consent"],
            is_do_not_contact=bool(row["is_do_not_contact"]),
            retention=row["retention"],
        )


class _People:
    """Whom a draw is about; what is empty or too long makes it worthless."""

    def __init__(
        self, market: _Market, page: Mapping[str, Any], since: str, industries: Sequence[str]
    ) -> None:
        self.page, self.since, self.industries = page, since, industries
        seen = market.visitors(page["line"], since)
        self.visitors = [row for row in market.active if row["id"] in seen]
        wanted = [
            row for row in market.active if row["industry"] in industries and not market.is_vip(row)
        ]
        self.idle = [row for row in wanted if market.is_idle(row)]
        self.chosen = [row for row in self.idle if row["id"] in seen]
        self.recent = [row for row in wanted if row["id"] in seen and market.is_idle(row) is False]
        self.reached = [row for row in self.chosen if market.excluded(row) is None]
        self.bent = [row for row in self.chosen if market.excluded(row) == "no_consent"]
        self.others = [row for row in market.active if row["id"] not in seen]
        self._alone = [row for row in self.reached if len(market.contacts(row)) == 1]
        self._late = [row for row in self.recent if market.excluded(row) is None]

    def may_be_drawn(self) -> bool:
        """Tell whether every mistake shows, and the list can be looked through."""
        length = len(self.chosen) + len(self.recent)
        has_all = all((self.bent, self._alone, self._late))
        return has_all and _FEWEST <= len(self.reached) <= _MOST and length <= _LONGEST


def _drawn_people(dice: Dice, options: Mapping[str, Any], market: _Market) -> _People:
    while True:
        page, since = dice.pick(options["pages"]), dice.pick(options["since"])
        industries = dice.sample(options["industries"], options["count"])
        people = _People(market, page, since, sorted(industries))
        if people.may_be_drawn():
            return people


class _First:
    """The first mailing: how far each member went, what it cost, what it brought."""

    def __init__(self, dice: Dice, told: Mapping[str, Any], customers: Sequence[Row]) -> None:
        self.sent = at(-49, 10)
        self.members = list(self._members(dice, customers))
        amounts: list[Decimal] = [each["revenue_amount"] or Decimal(0) for each in self.members]
        revenue = sum(amounts, Decimal(0))
        self.cost = rounded(revenue * 100 / dice.whole(210, 540))
        self.other = rounded(self.cost * dice.whole(15, 40) / 100)
        self.campaign = {
            "name": told["name"]["zh"],
            "kind": "email",
            "status": "ended",
            "starts_on": self.sent.date(),
            "ends_on": (self.sent + timedelta(days=18)).date(),
            "budget_amount": Decimal(int(self.cost / 500 + 2) * 500),
            "sent_at": self.sent,
        }
        self.result = self._result()
        self.bills = self._bills(dice, told)

    def _members(self, dice: Dice, customers: Sequence[Row]) -> Iterator[dict[str, Any]]:
        states = [state for state, few, many in _STATES for _each in range(dice.whole(few, many))]
        for row, state in zip(dice.sample(customers, len(states)), states, strict=True):
            answered = self.sent + timedelta(hours=dice.whole(20, 90))
            amount = Decimal(dice.whole(60, 260) * 100)
            yield {
                "campaign_id": own_id(0),
                "customer_id": row["id"],
                "status": state,
                "sent_at": self.sent,
                "responded_at": answered if state in RESPONSES else None,
                "revenue_amount": amount if state == "won" else None,
            }

    def _result(self) -> CampaignReturn:
        row = self.campaign | {"id": own_id(0), "cost_amount": self.cost}
        world = {"campaign": [row], "campaign_member": self.members}
        return campaign_returns(TwinSource(world, beginning()))[0]

    def _bills(self, dice: Dice, told: Mapping[str, Any]) -> list[list[Any]]:
        parts = [rounded(self.cost * part / 100) for part in _PARTS]
        parts.append(self.cost - sum(parts))
        lines = [*zip(told["bills"], [told["name"]] * len(parts), parts, strict=True)]
        lines.insert(dice.whole(0, len(parts)), (told["other_bill"], told["other"], self.other))
        days = sorted(dice.whole(1, 27) for _each in lines)
        return [
            [f"2025-05-{day:02d}", what, campaign, f"{amount:,.2f}"]
            for day, (what, campaign, amount) in zip(days, lines, strict=True)
        ]

    def facts(self) -> dict[str, Any]:
        """Return what is asked of it, and what slips make of that."""
        past, whole = self.result, self.cost + self.other
        return {
            "id": past.campaign_id,
            "cost": money(self.cost),
            "cost_all": money(whole),
            "opened": str(past.opened_percent),
            "clicked": str(past.clicked_percent),
            "opened_of_sent": str(percent(past.opened, past.sent)),
            "clicked_of_sent": str(percent(past.clicked, past.sent)),
            "ratio": str(past.ratio),
            "profit": str(past.profit_ratio),
            "ratio_all": str(rounded(past.revenue / whole)),
        }


def _joined(texts: Sequence[Mapping[str, str]]) -> dict[str, str]:
    zh, en = [each["zh"] for each in texts], [each["en"] for each in texts]
    return {"zh": "、".join(zh), "en": f"{', '.join(en[:-1])} and {en[-1]}"}
