"""Next year's target to be broken down by team and month, and this year's laggards to be found."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from training_platform.crm.choices import REGIONS
from training_platform.crm.dataset.dice import Dice
from training_platform.crm.metrics.results import TargetState, target_states
from training_platform.crm.metrics.thresholds import LAG_POINTS
from training_platform.practicals.drawing import Baseline, Drawn, Planted, generator, own_id
from training_platform.practicals.generators.counting import source_of
from training_platform.practicals.generators.figures import money, month_in_words
from training_platform.practicals.generators.texts import in_both

_YEAR, _NEXT = "2025", "2026"
_MONTH = {"zh": "月份", "en": "Month"}
_WEIGHT = {"zh": "占全年", "en": "Share of the year"}
_TEAM = {"zh": "团队", "en": "Team"}


@generator
def target_breakdown(
    dice: Dice, options: Mapping[str, Any], baseline: Baseline, seller: int
) -> Drawn:
    """Plant the company's target of next year, and draw the shares by which it is broken down.

    Options: totals (yuan), shares (percent of the four teams, in any order), weights (percent of
    the twelve months), months (past ones in which some teams lag). The key: teams and months (the
    targets that are wanted, with fill for the form), progress and limit (of the drawn team and of
    this year), whole (the limit that forgets the tolerance), leads (who gets a task: owner_id),
    all_leads; even (the months by twelfths) and swapped (two teams' amounts exchanged).
    """
    whole, shares = dice.pick(options["totals"]), dice.sample(options["shares"], 4)
    quarter, lagging = dice.whole(0, 3), dice.pick(options["months"])
    teams = tuple(REGIONS)
    months = [f"{_NEXT}-{at + 1:02d}" for at in range(quarter * 3, quarter * 3 + 3)]
    weights = options["weights"][quarter * 3 : quarter * 3 + 3]
    asked = dice.pick(teams)
    source = source_of(baseline, ["order", "target", "seller"])
    year = _by_team(target_states(source, _YEAR))
    late = [t for t, state in _by_team(target_states(source, lagging)).items() if state.is_lagging]
    leads = {
        row["team"]: {"owner_id": number}
        for number, row in baseline["seller"].items()
        if row["role"] == "team_lead"
    }
    amounts = [whole * share // 100 for share in shares]
    time_share = year[asked].time_percent
    return Drawn(
        params={
            "total": f"{whole:,}",
            "shares": _table(_TEAM, [in_both(REGIONS[each]) for each in teams], shares),
            "weights": _table(_MONTH, [month_in_words(each) for each in months], weights),
            "team": in_both(REGIONS[asked]),
            "month": month_in_words(lagging),
            "lagging": lagging,
        },
        key={
            "teams": [_team(t, n) for t, n in zip(teams, amounts, strict=True)],
            "swapped": [_team(t, n) for t, n in zip(teams, reversed(amounts), strict=True)],
            "months": [_month(m, whole * w // 100) for m, w in zip(months, weights, strict=True)],
            "even": [_month(month, round(whole / 12, 2)) for month in months],
            "progress": str(year[asked].progress_percent),
            "limit": str(time_share - LAG_POINTS),
            "whole": str(time_share),
            "leads": [leads[each] for each in late],
            "all_leads": [leads[each] for each in teams],
        },
        planted=[
            Planted("target", {"period": _NEXT, "scope": "company", "amount": Decimal(whole)})
        ],
    )


def _by_team(states: Sequence[TargetState]) -> dict[str, TargetState]:
    return {each.team: each for each in states if each.scope == "team" and each.team}


def _team(team: str, amount: int) -> dict[str, Any]:
    return _wanted({"period": _NEXT, "scope": "team", "team": team}, amount)


def _month(period: str, amount: float) -> dict[str, Any]:
    return _wanted({"period": period, "scope": "company"}, amount)


def _wanted(values: dict[str, Any], amount: float) -> dict[str, Any]:
    """Return a target as the key wants it; it is part of the planted one."""
    stored = values | {"amount": money(Decimal(str(amount))), "parent_id": own_id(0)}
    return stored | {"fill": stored | {"parent_id": f"#{own_id(0)}"}}


def _table(
    first: Mapping[str, str], names: Sequence[Mapping[str, str]], parts: Sequence[int]
) -> dict[str, Any]:
    rows = [[name, f"{part} %"] for name, part in zip(names, parts, strict=True)]
    return {"table": {"columns": [first, _WEIGHT], "rows": rows}}
