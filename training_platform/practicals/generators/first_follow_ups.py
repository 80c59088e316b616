"""New leads that wait for their first call: some at any hour, some only in the afternoon."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from training_platform.crm.dataset.dice import Dice
from training_platform.practicals.drawing import Baseline, Drawn, Planted, generator, own_id
from training_platform.practicals.generators.firms import NewFirms
from training_platform.practicals.generators.moments import at, plain, shown, working

#: How long after the assignment the first call is due.
_SPAN = timedelta(hours=24)
_SOURCES = ("trade_fair", "online_ad", "website", "phone")
#: From this hour on those can be reached who asked for the afternoon.
_AFTERNOON = 14
_LABELS = {
    "reach": {"zh": "何时方便", "en": "To be reached"},
    "said": {"zh": "电话里说", "en": "Says on the phone"},
    "promise": {"zh": "我们答应", "en": "We promise"},
    "next": {"zh": "约好下次", "en": "Next appointment"},
}
_ANY_TIME = {"zh": "随时", "en": "at any time"}
_LATER = {
    "zh": "今天 14:00 以后，上午在车间不接电话",
    "en": "from 14:00 today; in the plant before",
}
Call = dict[str, Any]


@generator
def first_follow_ups(
    dice: Dice, options: Mapping[str, Any], baseline: Baseline, seller: int
) -> Drawn:
    """Plant leads whose first follow-up is due within a day.

    Options: any_time and afternoon (counts), talks (said, words, promise, promised: what is said
    on the phone and the words of which a note must hold one). One lead that can be called at any
    time was recommended by a VIP; it is not the first that is due. The key: calls (lead_id, and
    what the note and the lead must hold), early (those at any time), late (their ids), late_from,
    vip and others.
    """
    count = options["any_time"] + options["afternoon"]
    talks = dice.sample(options["talks"], count)
    dues = _dues(dice, options["any_time"], options["afternoon"])
    vip = options["any_time"] - 1  # of those, the one that is due last
    firms = NewFirms(dice, baseline)
    order = dice.sample(range(count), count)
    calls: list[Call] = []
    planted = []
    for place, number in enumerate(order):
        firm, is_late = firms.draw(), number >= options["any_time"]
        lead = _lead(dice, firm, seller, dues[number])
        if number == vip:
            lead |= {"source": "referral", "tags": ["VIP 转介绍"], "potential": "high"}
        planted.append(Planted("lead", lead))
        calls.append(
            {"is_late": is_late, "is_vip": number == vip, "company": firm["name"]}
            | _call(own_id(place), talks, number, _appointment(dice))
        )
    return Drawn(
        params={"count": count, "calls": {"cards": [_card(each) for each in calls]}},
        key=_key(calls),
        planted=tuple(planted),
    )


def _key(calls: Sequence[Call]) -> dict[str, Any]:
    vip = next(each["lead_id"] for each in calls if each["is_vip"])
    shown_apart = {"is_late", "is_vip", "company", "talk"}
    plain_calls = [
        {name: value for name, value in each.items() if name not in shown_apart} for each in calls
    ]
    late = [each["lead_id"] for each in calls if each["is_late"]]
    first = sorted(plain_calls, key=lambda each: each["lead_id"] != vip)
    return {
        "calls": plain_calls,
        "early": [each for each in first if each["lead_id"] not in late],
        "by_deadline": [each for each in reversed(first) if each["lead_id"] not in late],
        "later": [each for each in plain_calls if each["lead_id"] in late],
        "ids": [each["lead_id"] for each in calls],
        "late": late,
        "late_from": plain(at(0, _AFTERNOON)),
        "vip": vip,
        "others": [each["lead_id"] for each in calls if not each["is_vip"]],
    }


def _dues(dice: Dice, early: int, late: int) -> list[datetime]:
    """Return when the first calls are due: before noon the first, by the next morning the last."""
    first = [
        at(0, 10, 40) + timedelta(minutes=150 * n // max(early - 1, 1) + dice.whole(0, 15))
        for n in range(early)
    ]
    then = [at(0, 15, 30) + timedelta(minutes=45 * n + dice.whole(0, 30)) for n in range(late)]
    return first + then


def _lead(dice: Dice, firm: Mapping[str, Any], seller: int, due: datetime) -> dict[str, Any]:
    assigned = due - _SPAN
    return {
        "company": firm["name"],
        "person": firm["person"],
        "title": firm["title"],
        "mobile": firm["mobile"],
        "industry": firm["industry"],
        "region": "east",
        "source": dice.pick(_SOURCES),
        "potential": dice.pick(("medium", "low")),
        "status": "assigned",
        "owner_id": seller,
        "received_at": assigned - timedelta(minutes=dice.whole(5, 40)),
        "assigned_at": assigned,
        "first_follow_up_due_at": due,
    }


def _call(lead_id: int, talks: Sequence[Mapping[str, Any]], number: int, agreed: datetime) -> Call:
    talk = talks[number]
    others = [each for each in talks if each is not talk]
    return {
        "lead_id": lead_id,
        "id": lead_id,
        "method": "call",
        "summary": [talk["words"], *(each["words"] for each in others)],
        "next_step": [talk["promised"], *(each["promised"] for each in others)],
        "next_follow_up_at": plain(agreed),
        "said": talk["said"]["zh"],
        "promise": talk["promise"]["zh"],
        "talk": talk,
    }


def _card(call: Call) -> dict[str, Any]:
    reach = _LATER if call["is_late"] else _ANY_TIME
    talk = call["talk"]
    agreed = shown(datetime.fromisoformat(call["next_follow_up_at"]))
    return {
        "heading": call["company"],
        "lines": [
            [_LABELS["reach"], reach],
            [_LABELS["said"], talk["said"]],
            [_LABELS["promise"], talk["promise"]],
            [_LABELS["next"], agreed],
        ],
    }


def _appointment(dice: Dice) -> datetime:
    return working(dice.whole(2, 9), dice.pick((9, 10, 11, 14, 15, 16)), dice.pick((0, 15, 30, 45)))
