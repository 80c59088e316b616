"""Customers of the public pool: five that fit, some that nearly do, and what a call brings out."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from training_platform.crm.choices import INDUSTRIES
from training_platform.crm.dataset.dice import Dice
from training_platform.practicals.drawing import Baseline, Drawn, Planted, generator, own_id
from training_platform.practicals.generators.firms import EAST, NewFirms, as_customer
from training_platform.practicals.generators.moments import at, beginning, plain, shown, working
from training_platform.practicals.generators.texts import in_both

Row = Mapping[str, Any]
#: As many as the pool's rule lets one person claim a day.
WANTED = 5
_MAY_CALL = ("all", "phone")
_COOL_DOWN = timedelta(days=7)
_LABELS = {
    "said": {"zh": "电话里说", "en": "Says on the phone"},
    "next": {"zh": "约好下次", "en": "Next appointment"},
}


@generator
def pool_choice(dice: Dice, options: Mapping[str, Any], baseline: Baseline, seller: int) -> Drawn:
    """Plant pool customers until five fit two trades of the seller's region and may be called.

    Others fail in one thing each: the trade, the region, the consent, or they were given back by
    the seller a few days ago. Options: industries (codes), wants (what those say who are
    interested), unfit (said, and the code and words of the reason). The key: fit (ids), claims and
    tempting (id of each that fits, of one in another region, of one that must not be called), keep
    (id, next_follow_up_at), returned (id, owner_id, pool_reason), begins and tomorrow.
    """
    codes = dice.sample(options["industries"], 2)
    there = [row for row in baseline["customer"].values() if _fits(row, codes, seller)]
    firms = NewFirms(dice, baseline)
    missing = [
        _pooled(dice, firms.draw(dice.pick(codes)), baseline)
        for _number in range(WANTED - len(there))
    ]
    near = _near_misses(dice, firms, codes, baseline, seller)
    planted = [Planted("customer", values) for values in (*missing, *near)]
    new = {own_id(number): each.values for number, each in enumerate(planted)}
    chosen = {row["id"]: row for row in there} | dict(list(new.items())[: len(missing)])
    tempting = dict(list(new.items())[len(missing) :])
    fit = dice.sample(list(chosen), WANTED)
    unfit, kept = fit[: len(options["unfit"])], fit[len(options["unfit"]) :]
    answers = _answers(dice, options, fit, unfit, list(tempting))
    agreed = {number: _appointment(dice) for number in answers if number not in unfit}
    cards = [
        _card(row["name"], answers[number], agreed.get(number))
        for number, row in dice.sample(list((chosen | tempting).items()), len(answers))
    ]
    return Drawn(
        params={
            "trades": _either(codes),
            "calls": {"cards": cards},
        },
        key={
            "fit": sorted(fit),
            "keep": [{"id": number, "next_follow_up_at": plain(agreed[number])} for number in kept],
            "returned": [
                {"id": number, "owner_id": None, "pool_reason": reason["words"]}
                | {"reason": reason["code"]}
                for number, reason in zip(unfit, options["unfit"], strict=True)
            ],
            "claims": [{"id": number} for number in fit],
            "tempting": [{"id": number} for number in list(tempting)[1:4:2]],
            "begins": plain(beginning()),
            "tomorrow": plain(at(1, 0)),
        },
        planted=tuple(planted),
    )


def _either(codes: Sequence[str]) -> dict[str, str]:
    trades = [in_both(INDUSTRIES[code]) for code in codes]
    return {
        "zh": "或".join(each["zh"] for each in trades),
        "en": " or ".join(each["en"] for each in trades),
    }


def _fits(row: Row, codes: Sequence[str], seller: int) -> bool:
    """Tell whether a customer of the dataset lies in the pool and fulfils every condition."""
    if row["owner_id"] is not None or row["retention"] != "active" or row["region"] != "east":
        return False
    waits = row["last_owner_id"] == seller and (
        datetime.fromisoformat(row["pooled_at"]) > beginning() - _COOL_DOWN
    )
    may_call = row["consent"] in _MAY_CALL and not row["is_do_not_contact"]
    return row["industry"] in codes and may_call and not waits


def _pooled(
    dice: Dice, firm: Row, baseline: Baseline, *, days: int | None = None, **more: Any
) -> dict[str, Any]:
    """Return a firm as a customer of the pool, given back by some colleague."""
    needs = [row["needs"] for row in baseline["customer"].values() if row["needs"]]
    back = at(-(days or dice.whole(9, 40)), dice.whole(9, 17), dice.whole(0, 59))
    given = {
        "region": "east",
        "source": dice.pick(("trade_fair", "website", "phone")),
        "needs": dice.pick(needs),
        "owner_id": None,
        "pooled_at": back,
        "pool_reason": "原负责人调岗，等待重新分配",
        "last_owner_id": dice.pick((4, 5)),
        "consent": dice.pick(_MAY_CALL),
    }
    return as_customer(firm, **given) | more


def _near_misses(
    dice: Dice, firms: NewFirms, codes: Sequence[str], baseline: Baseline, seller: int
) -> list[dict[str, Any]]:
    """Return customers that fail in one thing each: trade, region, consent twice, and waiting."""

    def near(industry: str = "", **more: Any) -> dict[str, Any]:
        firm = firms.draw(industry or dice.pick(codes), more.pop("provinces", EAST))
        return _pooled(dice, firm, baseline, **more)

    return [
        near("software"),
        near(provinces=frozenset({"hebei", "tianjin", "beijing"}), region="north"),
        near(consent="none", is_do_not_contact=True),
        near(consent="email"),
        near(last_owner_id=seller, days=2, pool_reason="主动退回：近期没有采购计划"),
    ]


def _answers(
    dice: Dice,
    options: Mapping[str, Any],
    fit: Sequence[int],
    unfit: Sequence[int],
    tempting: Sequence[int],
) -> dict[int, Any]:
    """Return what each of them says on the phone, by id."""
    reasons = dict(zip(unfit, (each["said"] for each in options["unfit"]), strict=True))
    others = [number for number in (*fit, *tempting) if number not in reasons]
    wants = dice.sample(options["wants"], len(others))
    return reasons | dict(zip(others, wants, strict=True))


def _card(name: str, said: Any, agreed: datetime | None) -> dict[str, Any]:
    lines = [[_LABELS["said"], said]]
    return {
        "heading": name,
        "lines": [*lines, [_LABELS["next"], shown(agreed)]] if agreed else lines,
    }


def _appointment(dice: Dice) -> datetime:
    return working(dice.whole(4, 11), dice.pick((9, 10, 14, 15, 16)), dice.pick((0, 30)))
