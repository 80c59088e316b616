"""The company's own rules and numbers: assignment, pool, service levels, own fields, targets."""

from datetime import datetime
from decimal import Decimal
from math import fsum
from typing import NamedTuple

from training_platform.crm.dataset.dice import Dice
from training_platform.crm.dataset.people import SELLERS, team_of
from training_platform.crm.dataset.sales import MONTHS, Sale
from training_platform.crm.dataset.world import Row, World
from training_platform.crm.rules.assignment import fits
from training_platform.crm.rules.calendar import CHINA

_BEGAN = datetime(2023, 6, 1, 9, tzinfo=CHINA)
TEAMS = ("east", "south", "north", "west")


class Rule(NamedTuple):
    """An assignment rule as it is written down."""

    name: str
    conditions: dict[str, list[str]]
    strategy: str
    seller_ids: list[int]
    is_active: bool = True


_HEAVY = ["machinery", "automotive", "energy"]
RULES = (
    Rule("VIP 客户的线索：主管指派", {"tier": ["vip"]}, "fixed", []),
    Rule("华东 机械、汽车、能源", {"region": ["east"], "industry": _HEAVY}, "round_robin", [1, 4]),
    Rule(
        "华东 食品、医疗、化工",
        {"region": ["east"], "industry": ["food", "medical", "chemicals"]},
        "round_robin",
        [5, 1],
    ),
    Rule("华东 其他行业", {"region": ["east"]}, "least_busy", [1, 4, 5]),
    Rule(
        "华南 电子、机械",
        {"region": ["south"], "industry": ["electronics", "machinery"]},
        "round_robin",
        [8, 9],
    ),
    Rule("华南 其他行业", {"region": ["south"]}, "least_busy", [8, 9, 10]),
    Rule("华北 全部行业", {"region": ["north"]}, "round_robin", [13, 14]),
    Rule(
        "西部 物流、零售",
        {"region": ["west"], "industry": ["logistics", "retail"]},
        "fixed",
        [18],
    ),
    Rule("西部 其他行业", {"region": ["west"]}, "least_busy", [18, 19, 20]),
    Rule("展会线索先由组长筛选", {"source": ["trade_fair"]}, "fixed", [2], is_active=False),
    Rule("其余线索：人工指派", {}, "fixed", []),
)
#: Priority → minutes of working time to the first response and to the solution, by tier.
_SERVICE_MINUTES = {
    "urgent": ((30, 240), (30, 480), (60, 540)),
    "high": ((60, 540), (120, 1080), (240, 1080)),
    "medium": ((120, 1080), (240, 1620), (480, 2160)),
    "low": ((240, 1620), (480, 2700), (540, 2700)),
}
_PRIORITY_NAMES = {"urgent": "紧急", "high": "高", "medium": "中", "low": "低"}
TIER_NAMES = {"vip": "VIP", "key": "重点", "regular": "普通"}
_OWN_FIELDS = (
    ("customer", "payment_terms", "付款条件", "Payment terms", "choice"),
    ("customer", "lines_count", "包装线数量", "Packing lines", "number"),
    ("customer", "printer_brand", "现用设备", "Present machines", "choice"),
    ("customer", "maintenance_ends_on", "维保到期日", "Maintenance ends on", "date"),
    ("lead", "budget", "预算区间", "Budget", "choice"),
)
_OPTIONS = {
    "payment_terms": ["款到发货", "月结 30 天", "月结 60 天"],
    "printer_brand": ["自有机型", "其他品牌", "混用"],
    "budget": ["5 万以内", "5—20 万", "20 万以上"],
}
#: How this year's sales stood to their targets, at the time when they were set.
_AMBITION = {"east": 1.04, "south": 1.02, "north": 1.08, "west": 1.56}


def matching_rule(facts: dict[str, str | None]) -> tuple[int, Rule]:
    """Return number and rule that decide over a lead."""
    return next(
        (number, rule)
        for number, rule in enumerate(RULES, start=1)
        if rule.is_active and fits(rule.conditions, facts)
    )


def service_minutes(tier: str, priority: str) -> tuple[int, int]:
    """Return the minutes of working time to the first response and to the solution."""
    return _SERVICE_MINUTES[priority][("vip", "key", "regular").index(tier)]


def add_rules(world: World) -> None:
    """Add assignment rules, the pool's rule, service levels and the company's own fields."""
    for number, rule in enumerate(RULES, start=1):
        world.add(
            "assignment_rule",
            number,
            _BEGAN,
            name=rule.name,
            position=number * 10,
            is_active=rule.is_active,
            conditions=rule.conditions,
            strategy=rule.strategy,
            seller_ids=rule.seller_ids,
            last_seller_id=rule.seller_ids[-1] if rule.strategy == "round_robin" else None,
        )
    world.add(
        "pool_rule",
        1,
        _BEGAN,
        name="公海规则",
        claims_per_day_count=5,
        own_limit_count=120,
        protection_days=30,
        recycle_days=45,
        cool_down_days=7,
    )
    _add_service_levels(world)
    for number, (about, key, label, english, kind) in enumerate(_OWN_FIELDS, start=1):
        world.add(
            "custom_field",
            number,
            _BEGAN,
            about=about,
            key=key,
            label=label,
            english_label=english,
            kind=kind,
            options=_OPTIONS.get(key, []),
        )


def _add_service_levels(world: World) -> None:
    for priority, levels in _SERVICE_MINUTES.items():
        for tier, (response, solution) in zip(TIER_NAMES, levels, strict=True):
            world.add(
                "service_level",
                world.next_id("service_level"),
                _BEGAN,
                name=f"工单 {TIER_NAMES[tier]} {_PRIORITY_NAMES[priority]}",
                about="ticket",
                tier=tier,
                priority=priority,
                response_minutes=response,
                resolve_minutes=solution,
                is_working_time=True,
            )
    world.add(
        "service_level",
        world.next_id("service_level"),
        _BEGAN,
        name="线索首次跟进",
        about="lead",
        tier=None,
        priority=None,
        response_minutes=1440,
        resolve_minutes=None,
        is_working_time=False,
    )


def add_targets(world: World, sales: list[Sale]) -> None:
    """Add the targets of two years: company, team and seller, for the year and each month."""
    for year in (2024, 2025):
        _add_year(world, year, _seller_months(year, sales))


def _seller_months(year: int, sales: list[Sale]) -> dict[int, list[int]]:
    """Return what each seller is to sell in each month, in thousands: by size and season."""
    sold = dict.fromkeys((row[0] for row in SELLERS if row[3] in {"seller", "team_lead"}), 0.0)
    for sale in sales:
        owner = sale.firm.row["owner_id"] or sale.firm.row["last_owner_id"]
        if sale.paid_at is not None and owner in sold:
            sold[owner] += float(sale.net) / 2
    found = {}
    for seller, amount in sold.items():
        dice = Dice("target", f"{year}:{seller}")
        team = team_of(seller)
        ambition = _AMBITION[team] if year == 2025 else 1 + (_AMBITION[team] - 1) / 3
        growth = 1.06 if year == 2025 else 0.96
        yearly = max(amount, 200_000) * ambition * growth * dice.between(0.96, 1.05)
        found[seller] = [max(10, round(yearly * part / fsum(MONTHS) / 1000)) for part in MONTHS]
    return found


def _add_year(world: World, year: int, months: dict[int, list[int]]) -> None:
    """Add one tree for the year and one for each month; in each, children sum to their parent."""
    for period, parts in (
        (str(year), {seller: sum(plan) for seller, plan in months.items()}),
        *(
            (f"{year}-{month + 1:02d}", {seller: plan[month] for seller, plan in months.items()})
            for month in range(12)
        ),
    ):
        company = _target(world, year, period, "company", sum(parts.values()))
        for team in TEAMS:
            own = {seller: part for seller, part in parts.items() if team_of(seller) == team}
            parent = _target(
                world, year, period, "team", sum(own.values()), team=team, parent_id=company["id"]
            )
            for seller, part in own.items():
                _target(
                    world,
                    year,
                    period,
                    "seller",
                    part,
                    team=team,
                    seller_id=seller,
                    parent_id=parent["id"],
                )


def _target(
    world: World, year: int, period: str, scope: str, thousands: int, **values: object
) -> Row:
    return world.add(
        "target",
        world.next_id("target"),
        datetime(year - 1, 12, 18, 14, tzinfo=CHINA),
        period=period,
        scope=scope,
        team=values.get("team"),
        seller_id=values.get("seller_id"),
        parent_id=values.get("parent_id"),
        amount=Decimal(thousands * 1000),
    )
