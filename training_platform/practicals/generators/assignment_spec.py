"""Who gets which new leads, as a team lead writes it down: to be turned into rules."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from training_platform.crm.choices import INDUSTRIES, SOURCES
from training_platform.crm.dataset.dice import Dice
from training_platform.practicals.drawing import Baseline, Drawn, Planted, generator, own_id
from training_platform.practicals.generators.texts import in_both

#: Industries that are drawn from, apart in groups: those of one group are sold to alike.
_GROUPS = (
    ("machinery", "automotive", "energy", "electronics"),
    ("food", "medical", "chemicals", "textiles"),
    ("logistics", "retail", "hospitality", "building_materials"),
)
_SOURCES = ("referral", "trade_fair", "phone")
_CONDITIONS = ("region", "industry", "source", "tier")
_POTENTIALS = ("high", "medium", "low", None)
Rule = dict[str, Any]
Facts = dict[str, Any]


@generator
def assignment_spec(
    dice: Dice, options: Mapping[str, Any], baseline: Baseline, seller: int
) -> Drawn:
    """Draw rules for the team that the seller leads; the old rules are switched off.

    Options: leads (how many unseen leads each rule is tried on), reason (of the one lead that is
    given by hand). The key: rules in their order (with id, and terms as fill for the form), leads,
    vip_leads and other_leads (of the two rules that are looked at by themselves), named (lead,
    seller, version).
    """
    lead, others = baseline["seller"][seller], baseline["seller"]
    director = next(number for number, row in others.items() if row["role"] == "director")
    team = [
        n for n, row in others.items() if (row["team"], row["role"]) == (lead["team"], "seller")
    ]
    specialist, *pair = dice.sample(team, 3)
    industries = dice.sample(dice.pick(_GROUPS), 3)
    source = dice.pick(_SOURCES)
    here = {"region": [lead["team"]]}
    rules = [
        _rule(0, "VIP 客户的线索", {"tier": ["vip"]}, [seller], "fixed"),
        _rule(1, "指定来源", here | {"source": [source]}, [specialist], "fixed"),
        _rule(2, "指定行业", here | {"industry": industries}, sorted(pair), "round_robin"),
        _rule(3, "本区其他行业", here, sorted(team), "round_robin"),
        _rule(4, "其他区域", {}, [director], "fixed"),
    ]
    leads = [list(_leads(dice, number, rules, options["leads"])) for number in range(len(rules))]
    waiting = [
        row
        for row in baseline["lead"].values()
        if row["status"] == "unassigned" and row["region"] == lead["team"]
    ]
    named, chosen = dice.pick(waiting), dice.pick(team)
    return Drawn(
        params={
            "vip_seller": _name(others[seller]),
            "source": in_both(SOURCES[source]),
            "source_seller": _name(others[specialist]),
            "industries": _joined([in_both(INDUSTRIES[each]) for each in industries]),
            "pair": _joined([_name(others[each]) for each in sorted(pair)]),
            "team": _joined([_name(others[each]) for each in sorted(team)]),
            "director": _name(others[director]),
            "named": {"zh": named["company"], "en": f"{named['company']} ({named['code']})"},
            "named_seller": _name(others[chosen]),
        },
        key={
            "rules": rules,
            "leads": [lead for group in leads[1:4] for lead in group],
            "vip_leads": leads[0],
            "other_leads": leads[4],
            "named": {"lead": named["id"], "seller": chosen, "reason": options["reason"]},
        },
        planted=[
            Planted("assignment_rule", {"is_active": False}, number)
            for number, row in sorted(baseline["assignment_rule"].items())
            if row["is_active"]
        ],
    )


def _rule(
    number: int, name: str, conditions: Mapping[str, list[str]], sellers: list[int], strategy: str
) -> Rule:
    known = {each: conditions.get(each, []) for each in _CONDITIONS}
    return {
        "id": own_id(number),
        "name": name,
        "position": (number + 1) * 10,
        "strategy": strategy,
        "conditions": known,
        "seller_ids": sellers,
        "terms": known | {"seller_ids": [str(each) for each in sellers]},
    }


def _leads(dice: Dice, number: int, rules: Sequence[Rule], count: int) -> Iterator[Facts]:
    """Yield facts of leads for which just this rule is meant; later ones would often fit too."""
    made = 0
    while made < count:
        facts = _facts(dice, rules[number]["conditions"], rules)
        first = next(at for at, rule in enumerate(rules) if _fits(rule["conditions"], facts))
        if first == number:
            made += 1
            yield facts


def _facts(dice: Dice, conditions: Mapping[str, Sequence[str]], rules: Sequence[Rule]) -> Facts:
    industries = rules[2]["conditions"]["industry"]
    often = (*industries, *industries, *INDUSTRIES)
    return {
        "region": dice.pick(conditions["region"] or ("east", "south", "north", "west")),
        "industry": dice.pick(conditions["industry"] or often),
        "source": dice.pick(conditions["source"] or tuple(SOURCES)),
        "potential": dice.pick(_POTENTIALS),
        "tier": dice.pick(conditions["tier"] or ("key", "regular", None)),
    }


def _fits(conditions: Mapping[str, Sequence[str]], facts: Facts) -> bool:
    return all(facts[name] in codes for name, codes in conditions.items() if codes)


def _name(row: Mapping[str, Any]) -> dict[str, str]:
    return {"zh": row["name"], "en": row["latin_name"]}


def _joined(texts: Sequence[Mapping[str, str]]) -> dict[str, str]:
    return {"zh": "、".join(t["zh"] for t in texts), "en": ", ".join(t["en"] for t in texts)}
