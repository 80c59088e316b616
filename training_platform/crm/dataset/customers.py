"""Six hundred firms with their people; some lie in the pool, some are there twice."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from training_platform.crm.choices import PROVINCE_REGIONS
from training_platform.crm.dataset import names, variants
from training_platform.crm.dataset.dice import Dice
from training_platform.crm.dataset.people import sellers_of
from training_platform.crm.dataset.working_time import FIRST_DAY, LAST_DAY, NOW, at, moment, near
from training_platform.crm.dataset.world import Row, World
from training_platform.crm.rules.calendar import CHINA, working_day_from
from training_platform.crm.services.retention import PERSONAL_OF_CONTACT, PERSONAL_OF_CUSTOMER

COUNT = 600
CONTACTS = 900
IN_POOL = 110
OWN_OF_FIRST_SELLER = 72
#: How much a customer buys: class → how many.
SCALES = {"vip": 32, "key": 124, "regular": 302}
REGION_WEIGHTS = {"east": 40.0, "south": 23.0, "north": 18.0, "west": 19.0}
_SOURCES = {
    "trade_fair": 0.27,
    "online_ad": 0.23,
    "referral": 0.15,
    "website": 0.2,
    "phone": 0.15,
}
_TAGS = (
    "可转介绍",
    "价格敏感",
    "有扩产计划",
    "需要上门",
    "月结",
    "年度框架",
    "出口企业",
    "冷链",
    "一物一码",
    "旺季集中",
    "关注环保",
    "设备老旧",
)
_POOL_REASONS = (
    "45 天没有跟进，自动退回",
    "45 天没有跟进，自动退回",
    "主动退回：近期没有采购计划",
    "主动退回：多次联系不上",
    "原负责人调岗，等待重新分配",
)


@dataclass(eq=False)
class Firm:
    """A customer as the rest of the dataset needs it."""

    row: Row
    own: str
    scale: str | None
    contacts: list[Row]
    is_twin: bool = False
    #: Its seller forgets it: it goes back to the pool soon.
    is_neglected: bool = False

    @property
    def ident(self) -> int:
        """Return its number."""
        return int(self.row["id"])

    @property
    def came_at(self) -> datetime:
        """Return when it became a customer."""
        found: datetime = self.row["created_at"]
        return found

    @property
    def is_new(self) -> bool:
        """Tell whether it became one within the history, through a first deal."""
        return not self.is_twin and self.came_at.date() >= FIRST_DAY


def add_customers(world: World) -> list[Firm]:
    """Add the customers with their contacts."""
    plan = _Plan()
    phones: set[str] = set()
    hosts: set[tuple[str, str]] = set()
    firms = [_firm(world, plan, ident, phones, hosts) for ident in range(1, COUNT + 1)]
    _found_groups(firms)
    variants.plant(firms, plan.twins)
    _add_contacts(world, firms, phones)
    _anonymize(firms)
    return firms


class _Plan:
    """Who is what: exact numbers, drawn once for all customers."""

    def __init__(self) -> None:
        order = sorted(range(1, COUNT + 1), key=lambda ident: Dice("customer_rank", ident).share())
        self.twins = order[: variants.ROWS]
        left = order[variants.ROWS :]
        self.scales: dict[int, str] = {}
        for scale, count in SCALES.items():
            self.scales |= dict.fromkeys(left[:count], scale)
            left = left[count:]
        lesser = [
            ident
            for ident in order
            if self.scales.get(ident) in {None, "regular"} and ident not in self.twins
        ]
        ranked = sorted(lesser, key=lambda ident: Dice("customer_pool", ident).share())
        self.pool = frozenset(ranked[:IN_POOL])
        self.archived = frozenset(ranked[:12])
        self.anonymized = frozenset(ranked[:4])
        self.holds = frozenset([*ranked[5:8], *ranked[-6:]])
        self.closed = frozenset(ranked[12:26] + ranked[-26:-18])
        self.regions = _draw_regions()
        self.owners = _draw_owners(self)


def _draw_regions() -> dict[int, str]:
    return {
        ident: Dice("customer_region", ident).weighted(REGION_WEIGHTS)
        for ident in range(1, COUNT + 1)
    }


def _draw_owners(plan: _Plan) -> dict[int, int]:
    """Give each customer outside the pool an owner of its team; seller 1 has a full set."""
    owners: dict[int, int] = {}
    open_east = [ident for ident in plan.regions if ident not in plan.pool]
    ranked = sorted(open_east, key=lambda ident: Dice("customer_owner", ident).share())
    mine = 0
    for ident in ranked:
        team = plan.regions[ident]
        if team == "east" and mine < OWN_OF_FIRST_SELLER:
            owners[ident] = 1
            mine += 1
            continue
        weights = {seller: 5.0 for seller in sellers_of(team, "seller") if seller != 1}
        weights |= dict.fromkeys(sellers_of(team, "team_lead"), 1.2)
        owners[ident] = Dice("customer_seller", ident).weighted(weights)
    return owners


def _firm(
    world: World, plan: _Plan, ident: int, phones: set[str], hosts: set[tuple[str, str]]
) -> Firm:
    dice = Dice("customer", ident)
    region = plan.regions[ident]
    city = dice.weighted(
        {name: known[1] for name, known in names.CITIES.items() if _region(name) == region}
    )
    industry = dice.weighted({name: known[0] for name, known in names.TRADES.items()})
    own = names.brand(dice)
    while (names.latin(own), industry) in hosts:
        own = names.brand(dice)
    hosts.add((names.latin(own), industry))
    person = names.person(dice)
    _role, title = names.job(dice)
    created = _came_at(dice, is_pooled=ident in plan.pool)
    row = world.add(
        "customer",
        ident,
        created,
        code=f"C-{ident:05d}",
        name=names.firm(dice, own, industry, city),
        former_name=None,
        credit_code=names.credit_code(dice) if dice.chance(0.86) else None,
        contact_name=person,
        contact_title=title,
        mobile=names.phone(dice, phones),
        email=names.email(person, names.host(own, industry)) if dice.chance(0.8) else None,
        industry=industry,
        region=region,
        province=names.CITIES[city][0],
        city=city,
        source=dice.weighted(_SOURCES),
        stage=None,
        needs=None,
        next_follow_up_at=None,
        tags=sorted(dice.sample(_TAGS, dice.weighted({0: 0.3, 1: 0.35, 2: 0.25, 3: 0.1}))),
        custom=_custom(dice),
        remarks=None,
        owner_id=plan.owners.get(ident),
        protected_until=None,
        claimed_at=None,
        pooled_at=None,
        pool_reason=None,
        last_owner_id=None,
        parent_id=None,
        referred_by_id=None,
        consent=dice.weighted({"all": 0.82, "phone": 0.08, "email": 0.07, "none": 0.03}),
        is_do_not_contact=ident in plan.closed,
        retention="archived" if ident in plan.archived else "active",
        is_on_legal_hold=ident in plan.holds,
        merged_into_id=None,
    )
    if ident in plan.closed:
        row["consent"] = "none"
    _pool(dice, row) if ident in plan.pool else _protect(dice, row)
    if ident in plan.anonymized:
        row["retention"] = "anonymized"
    return Firm(row, own, plan.scales.get(ident), [], is_twin=ident in plan.twins)


def _region(city: str) -> str:
    return PROVINCE_REGIONS[names.CITIES[city][0]]


def _came_at(dice: Dice, *, is_pooled: bool) -> datetime:
    """Return when it became a customer: two thirds before the history, the others within it."""
    if is_pooled or dice.chance(0.63):
        first = datetime(2019, 3, 1, tzinfo=CHINA)
        days = dice.whole(0, (FIRST_DAY - first.date()).days - 1)
        return near(dice, first + timedelta(days=days)).replace(second=0)
    span = (LAST_DAY - FIRST_DAY).days - 12
    return moment(dice, working_day_from(FIRST_DAY + timedelta(days=dice.whole(0, span))))


def _custom(dice: Dice) -> dict[str, object]:
    """Return values of the company's own fields (management.CUSTOM_FIELDS)."""
    found: dict[str, object] = {}
    if dice.chance(0.7):
        found["payment_terms"] = dice.weighted({"款到发货": 45, "月结 30 天": 35, "月结 60 天": 20})
    if dice.chance(0.55):
        found["lines_count"] = dice.whole(1, 14)
    if dice.chance(0.4):
        found["printer_brand"] = dice.weighted({"自有机型": 50, "其他品牌": 35, "混用": 15})
    if dice.chance(0.25):
        day = NOW.date() + timedelta(days=dice.whole(-60, 300))
        found["maintenance_ends_on"] = day.isoformat()
    return found


def _pool(dice: Dice, row: Row) -> None:
    """Put it into the public pool, some time in the last months."""
    row["owner_id"] = None
    row["pooled_at"] = near(dice, NOW - timedelta(days=dice.between(2, 230)))
    row["pool_reason"] = dice.pick(_POOL_REASONS)
    row["last_owner_id"] = dice.pick(sellers_of(row["region"], "seller"))
    row["updated_at"] = row["pooled_at"]


def _protect(dice: Dice, row: Row) -> None:
    """Let it have been claimed from the pool lately, sometimes: it is protected for thirty days."""
    if not dice.chance(0.09):
        return
    claimed = near(dice, NOW - timedelta(days=dice.between(1, 60)))
    if claimed <= row["created_at"] or claimed >= NOW:
        return
    row["claimed_at"] = claimed
    row["protected_until"] = claimed + timedelta(days=30)
    row["last_owner_id"] = dice.pick(sellers_of(row["region"], "seller"))


def _found_groups(firms: list[Firm]) -> None:
    """Give twelve firms daughters of the same word in other trades: alike, yet no duplicates."""
    heads = [firm for firm in firms if firm.scale in {"vip", "key"} and firm.ident % 9 == 4][:12]
    left = [firm for firm in firms if firm.scale == "regular" and firm.row["parent_id"] is None]
    for head in heads:
        dice = Dice("group", head.ident)
        for daughter in dice.sample(left, dice.whole(1, 3)):
            left.remove(daughter)
            daughter.own = head.own
            row = daughter.row
            row["parent_id"] = head.ident
            row["name"] = names.firm(dice, head.own, row["industry"], row["city"])
            if row["email"]:
                at_host = names.host(head.own, row["industry"])
                row["email"] = names.email(row["contact_name"], at_host)
    for firm in firms:
        dice = Dice("referred", firm.ident)
        if firm.row["source"] == "referral" and dice.chance(0.55):
            elder = [each for each in firms if each.came_at < firm.came_at and each.scale]
            firm.row["referred_by_id"] = dice.pick(elder).ident if elder else None


def _add_contacts(world: World, firms: list[Firm], phones: set[str]) -> None:
    """Give each customer its main contact, and the larger ones more."""
    extra: list[Firm] = []
    for turn, scales in enumerate((("vip", "key"), ("vip", "key"), ("vip",), ("regular",))):
        extra += [
            firm
            for firm in firms
            if firm.scale in scales and Dice("more_contacts", f"{turn}:{firm.ident}").chance(0.75)
        ]
    extra = extra[: CONTACTS - COUNT]
    spare = [firm for firm in firms if firm.scale == "regular"]
    extra += spare[: CONTACTS - COUNT - len(extra)]
    counted = {firm.ident: extra.count(firm) for firm in firms}
    for firm in firms:
        for position in range(1 + counted[firm.ident]):
            _contact(world, firm, position, phones)


def _contact(world: World, firm: Firm, position: int, phones: set[str]) -> None:
    ident = world.next_id("contact")
    dice = Dice("contact", f"{firm.ident}:{position}")
    row = firm.row
    host = names.host(firm.own, row["industry"])
    name, title = row["contact_name"], row["contact_title"]
    role = next((role for role, titles in names.TITLES.items() if title in titles), "buyer")
    if position:
        name = names.person(dice)
        role, title = names.job(dice, "decision_maker" if position == 1 else None)
    created = row["created_at"] + timedelta(minutes=dice.whole(2, 40) + 60 * 24 * 20 * position)
    created = min(created, NOW - timedelta(days=1))
    firm.contacts.append(
        world.add(
            "contact",
            ident,
            created,
            customer_id=firm.ident,
            name=name,
            title=title,
            role=role,
            mobile=row["mobile"] if position == 0 else names.phone(dice, phones),
            mobile_verified_at=_verified_at(dice, created),
            email=row["email"] if position == 0 else names.email(name, host),
            wechat=names.wechat(name, firm.own) if dice.chance(0.5) else None,
            is_primary=position == 0,
            has_opted_out=dice.chance(0.06) or row["is_do_not_contact"],
        )
    )


def _verified_at(dice: Dice, created: datetime) -> datetime | None:
    found = created + timedelta(days=2)
    return found if dice.chance(0.35) and found < NOW else None


def _anonymize(firms: list[Firm]) -> None:
    """Blank what is personal where a customer was anonymized."""
    for firm in firms:
        if firm.row["retention"] != "anonymized":
            continue
        firm.row |= dict.fromkeys(PERSONAL_OF_CUSTOMER) | {"custom": {}}
        firm.row["updated_at"] = at(NOW.date() - timedelta(days=40), 10 * 60)
        for contact in firm.contacts:
            contact.update(dict.fromkeys(PERSONAL_OF_CONTACT), name="", has_opted_out=True)
