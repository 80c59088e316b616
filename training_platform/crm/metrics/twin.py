"""The twin of the database's answers: counts plain rows in plain Python, read like the definition.

Graders use it on the dataset's file and the evidence of an attempt; tests hold it equal to SQL.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from typing import Any

from training_platform.core import clock
from training_platform.crm.metrics.shapes import (
    ZERO,
    CampaignFact,
    DealFact,
    Flow,
    Marks,
    Pipe,
    SellerFact,
    Span,
    Spend,
    TargetFact,
    TicketFact,
    UsageFact,
    Work,
    targets_within,
    waited_minutes,
)
from training_platform.crm.rules.stages import OPEN, WAY

Row = Mapping[str, Any]
World = Mapping[str, Sequence[Row]]


class TwinSource:
    """Counts rows by entity; "event" holds the acts of the log."""

    def __init__(self, world: World, now: datetime, owners: frozenset[int] | None = None) -> None:
        self._world, self._now, self._owners = world, now, owners

    @property
    def now(self) -> datetime:
        """Return the sandbox's own time."""
        return self._now

    def sellers(self) -> Mapping[int, SellerFact]:
        """Return the sellers by id."""
        return {
            row["id"]: SellerFact(row["name"], row["latin_name"], row["team"], row["role"])
            for row in sorted(self._rows("seller"), key=lambda row: row["id"])
        }

    def flow(self, span: Span | None, cohort: str | None) -> Flow:
        """Return how far the opportunities opened in a period, or those of a cohort, came."""
        chosen = {
            row["id"]: row
            for row in self._among("opportunity", "owner_id")
            if (cohort is None or row["cohort"] == cohort)
            and (span is None or _within(row["opened_at"], span))
        }
        furthest: dict[int, int] = defaultdict(int)
        dwell: dict[str, tuple[int, int]] = {}
        for change in self._rows("stage_change"):
            ident, stage = change["opportunity_id"], change["to_stage"]
            furthest[ident] = max(furthest[ident], _place(stage))
            if ident in chosen and change["left_at"] and stage in OPEN:
                times, seconds = dwell.get(stage, (0, 0))
                spent = _seconds(change["entered_at"], change["left_at"])
                dwell[stage] = (times + 1, seconds + spent)
        ends: dict[tuple[int, str], int] = defaultdict(int)
        for ident, row in chosen.items():
            is_lost = row["stage"] == "lost"
            own = _place(row["lost_from_stage"] if is_lost else row["stage"])
            end = str(own) if is_lost else "won" if row["stage"] == "won" else "open"
            ends[max(furthest[ident], own), end] += 1
        return Flow(dict(ends), dwell)

    def paid_by_month(
        self, edges: Sequence[datetime]
    ) -> Mapping[tuple[int, int | None], tuple[int, Decimal]]:
        """Return (month's place, owner) → (paid orders, net amount); edges bound the months."""
        found: dict[tuple[int, int | None], tuple[int, Decimal]] = {}
        for order in self._paid(self._now):
            for at, (start, end) in enumerate(pairwise(edges)):
                if start <= order["paid_at"] < end:
                    count, net = found.get((at, order["owner_id"]), (0, ZERO))
                    found[at, order["owner_id"]] = (count + 1, net + _net(order))
        return found

    def spends(self, after: datetime | None, until: datetime) -> Mapping[int, Spend]:
        """Return what each customer paid after one instant and until another."""
        orders: dict[int, list[Row]] = defaultdict(list)
        for order in self._paid(until):
            if after is None or order["paid_at"] > after:
                orders[order["customer_id"]].append(order)
        return {
            customer: Spend(
                len(bought),
                sum((_net(order) for order in bought), ZERO),
                max(order["paid_at"] for order in bought),
            )
            for customer, bought in orders.items()
        }

    def purchases(self, until: datetime) -> Mapping[int, Sequence[date]]:
        """Return the days on which each customer paid an order, in order, each once."""
        days: dict[int, set[date]] = defaultdict(set)
        for order in self._paid(until):
            days[order["customer_id"]].add(clock.company_day(order["paid_at"]))
        return {customer: sorted(found) for customer, found in days.items()}

    def pipeline(self) -> Sequence[Pipe]:
        """Return the open opportunities."""
        sums: dict[tuple[int, str, int | None, date | None], Decimal] = {}
        for row in self._among("opportunity", "owner_id"):
            if row["closed_at"] is None and row["stage"] in OPEN:
                own = row["probability_percent"] if row["probability_reason"] else None
                key = (row["customer_id"], row["stage"], own, row["expected_close_on"])
                sums[key] = sums.get(key, ZERO) + (row["amount"] or ZERO)
        return [Pipe(*alike, amount) for alike, amount in sums.items()]

    def deals(self, span: Span) -> Mapping[int | None, DealFact]:
        """Return by owner what is open now, and what was won and lost in a period."""
        found: dict[int | None, DealFact] = {}
        for row in self._among("opportunity", "owner_id"):
            deal, closed = None, row["closed_at"]
            if closed is None and row["stage"] in OPEN:
                deal = DealFact(open=1)
            elif closed and _within(closed, span) and row["stage"] == "lost":
                deal = DealFact(lost=1)
            elif closed and _within(closed, span) and row["stage"] == "won":
                amount, seconds = row["amount"], _seconds(row["opened_at"], closed)
                deal = DealFact(0, 1, 0, int(amount is not None), amount or ZERO, seconds)
            if deal:
                found[row["owner_id"]] = found.get(row["owner_id"], DealFact()) + deal
        return found

    def contract_ends(self) -> Mapping[int, date | None]:
        """Return by customer when its last signed contract ends; None where one has no end."""
        ends: dict[int, list[date | None]] = defaultdict(list)
        for row in self._among("contract", "owner_id"):
            if row["signed_at"]:
                ends[row["customer_id"]].append(row["ends_on"])
        return {
            customer: None if None in found else max(each for each in found if each)
            for customer, found in ends.items()
        }

    def work(self, span: Span) -> Mapping[int, Work]:
        """Return what each seller did."""
        by_owner: dict[int, list[Row]] = defaultdict(list)
        for row in self._among("activity", "owner_id"):
            if row["owner_id"] is not None:
                by_owner[row["owner_id"]].append(row)
        found = {}
        for owner, rows in by_owner.items():
            done = [row for row in rows if row["done_at"] and _within(row["done_at"], span)]
            work = Work(
                len(done),
                len({row["customer_id"] for row in done} - {None}),
                sum(1 for row in done if row["next_step"]),
                sum(
                    1
                    for row in rows
                    if row["done_at"] is None and row["due_at"] and row["due_at"] < self._now
                ),
            )
            if work != Work():
                found[owner] = work
        return found

    def marks(self, span: Span) -> Mapping[int | None, Marks]:
        """Return the surveys sent in a period by agent."""
        sent: dict[int | None, list[Row]] = defaultdict(list)
        for row in self._among("survey", "seller_id"):
            if _within(row["sent_at"], span):
                sent[row["seller_id"]].append(row)
        found = {}
        for seller, rows in sent.items():
            scores = [row["score"] for row in rows if row["score"] is not None]
            good = sum(1 for score in scores if score >= 4)
            found[seller] = Marks(len(rows), len(scores), good, sum(scores))
        return found

    def usage(self) -> UsageFact:
        """Return the acts of the event log."""
        acts: dict[str, int] = defaultdict(int)
        for event in self._rows("event"):
            acts[event["act"]] += 1
        days = {clock.company_day(event["happened_at"]) for event in self._rows("event")}
        return UsageFact(dict(acts), len(days))

    def targets(self, period: str) -> Sequence[TargetFact]:
        """Return the targets of a period such as 2025 or 2025-06, by id."""
        rows = (row for row in self._rows("target") if row["period"] == period)
        found = [
            TargetFact(
                row["id"], row["scope"], row["team"], row["seller_id"], row["amount"] or ZERO
            )
            for row in sorted(rows, key=lambda row: row["id"])
        ]
        return targets_within(found, self.sellers(), self._owners)

    def campaigns(self) -> Sequence[CampaignFact]:
        """Return the campaigns by id."""
        found = []
        for row in sorted(self._rows("campaign"), key=lambda row: row["id"]):
            members = [m for m in self._rows("campaign_member") if m["campaign_id"] == row["id"]]
            states: dict[str, int] = defaultdict(int)
            for member in members:
                states[member["status"]] += 1
            revenue = sum((member["revenue_amount"] or ZERO for member in members), ZERO)
            cost = row["cost_amount"] or ZERO
            found.append(CampaignFact(row["id"], row["name"], cost, dict(states), revenue))
        return found

    def tickets(self, span: Span) -> Mapping[str, TicketFact]:
        """Return the tickets received in a period by priority."""
        received: dict[str, list[Row]] = defaultdict(list)
        for row in self._among("ticket", "owner_id"):
            if _within(row["received_at"], span):
                received[row["priority"]].append(row)
        return {priority: self._ticket_fact(rows) for priority, rows in received.items()}

    def _ticket_fact(self, rows: Sequence[Row]) -> TicketFact:
        response = [
            self._in_time(row["response_due_at"], row["first_responded_at"]) for row in rows
        ]
        solution = [self._in_time(row["resolve_due_at"], row["resolved_at"]) for row in rows]
        solved = [row for row in rows if row["resolved_at"]]
        minutes = (0, 0)
        for row in rows:
            instants = (row["received_at"], row["first_responded_at"], row["resolved_at"])
            minutes = waited_minutes(minutes, *instants)
        return TicketFact(
            received=len(rows),
            response_due=sum(1 for each in response if each is not None),
            response_in_time=response.count(True),
            solution_due=sum(1 for each in solution if each is not None),
            solution_in_time=solution.count(True),
            solved=len(solved),
            solved_at_once=sum(1 for row in solved if row["reopened_count"] == 0),
            responded=sum(1 for row in rows if row["first_responded_at"]),
            response_minutes=minutes[0],
            solution_minutes=minutes[1],
        )

    def _in_time(self, due: datetime | None, done: datetime | None) -> bool | None:
        """Tell whether something was in time; None where nothing had to be done yet."""
        if due is None or (done is None and due >= self._now):
            return None
        return done is not None and done <= due

    def _rows(self, entity: str) -> Iterable[Row]:
        return self._world.get(entity, ())

    def _among(self, entity: str, owner: str) -> Iterable[Row]:
        for row in self._rows(entity):
            if self._owners is None or row[owner] is None or row[owner] in self._owners:
                yield row

    def _paid(self, until: datetime) -> Iterable[Row]:
        for row in self._among("order", "owner_id"):
            if row["paid_at"] and row["paid_at"] <= until and row["status"] != "canceled":
                yield row


def _net(order: Row) -> Decimal:
    return (order["amount"] or ZERO) - (order["refunded_amount"] or ZERO)


def _within(instant: datetime, span: Span) -> bool:
    return span.start <= instant < span.end


def _place(stage: str | None) -> int:
    return WAY.index(stage) if stage in WAY else 0


def _seconds(start: datetime, end: datetime) -> int:
    return int(end.timestamp()) - int(start.timestamp())
