"""The people of the demo company, as a plan: who, where, since when, and how she learns. Pure."""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from random import Random

from training_platform.core.permissions import Right
from training_platform.demo.calendar import working_day_from
from training_platform.demo.names import invent_names, latin, username_of

SPECIALIST, SUPERVISOR, MANAGER = "specialist", "supervisor", "manager"
#: Code, code of the parent, name.
DEPARTMENTS = (
    ("HC", None, {"zh": "禾川智联有限公司", "en": "Hechuan Connect"}),
    ("CR", "HC", {"zh": "客户关系部", "en": "Customer Relations"}),
    ("CR-S1", "CR", {"zh": "客服一组", "en": "Service Team 1"}),
    ("CR-S2", "CR", {"zh": "客服二组", "en": "Service Team 2"}),
    ("CR-KA", "CR", {"zh": "大客户组", "en": "Key Accounts"}),
    ("CR-MB", "CR", {"zh": "会员运营组", "en": "Member Care"}),
    ("MK", "HC", {"zh": "市场部", "en": "Marketing"}),
    ("MK-BR", "MK", {"zh": "品牌组", "en": "Brand"}),
    ("MK-CH", "MK", {"zh": "渠道组", "en": "Channels"}),
    ("IT", "HC", {"zh": "信息技术部", "en": "Information Technology"}),
    ("IT-AP", "IT", {"zh": "应用组", "en": "Applications"}),
    ("IT-OP", "IT", {"zh": "运维组", "en": "Operations"}),
)
#: Where the people beside the demo accounts work; repeated as often as needed.
SEATS = (
    *("CR-S1", "CR-S2", "CR-KA", "CR-MB", "MK-BR", "CR-S2", "CR-S1", "IT-AP", "CR-S2"),
    *("CR-MB", "MK-CH", "CR-S1", "CR-KA", "CR-S2", "IT-OP", "CR-S1", "CR-MB", "MK-BR"),
)
#: How far into the history the teams came to the platform.
WAVES = {
    "CR-S1": 0.40,
    "CR-S2": 0.50,
    "CR-KA": 0.46,
    "CR-MB": 0.54,
    "CR": 0.40,
    "MK": 0.58,
    "IT": 0.62,
}
LIVED = 120
#: The first specialist on the platform; the certificate is old by now.
PILOT = 1


class Fate(StrEnum):
    """How somebody's learning goes."""

    STEADY = "steady"
    #: Stopped in the middle of a course.
    STUCK = "stuck"
    #: Never began.
    IDLE = "idle"
    #: Fails twice.
    STRUGGLING = "struggling"
    #: A demo account, whose steps are written down.
    SCRIPTED = "scripted"


@dataclass(frozen=True)
class Person:
    """Somebody of the demo company."""

    username: str
    name: str
    department: str
    job_role: str | None
    manager: str | None
    hired_on: date
    #: The day on which the platform learned of the person.
    joins_on: date
    staff_number: str = ""
    rights: tuple[tuple[Right, str | None], ...] = ()
    #: The chance of a right answer to a question of middle difficulty.
    skill: float = 0.86
    #: The chance that a working day has a few minutes for learning.
    pace: float = 0.5
    fate: Fate = Fate.STEADY
    is_account: bool = False

    @property
    def name_latin(self) -> str:
        """Return the name in Latin letters."""
        return latin(self.name)

    @property
    def email(self) -> str:
        """Return an address that reaches nobody."""
        return f"{self.username}@company.example"


@dataclass(frozen=True)
class Company:
    """Everybody, in the order in which the platform learned of them; managers come first."""

    people: tuple[Person, ...]
    began_on: date
    ends_on: date
    extra_count: int = 0
    by_username: dict[str, Person] = field(default_factory=dict)


def plan_company(rng: Random, began_on: date, today: date, employees: int) -> Company:
    """Return the company: the demo accounts and others, up to the number of people wanted.

    Beyond 120 people only their number is kept: they are loaded in bulk, without a history of
    their own.
    """
    accounts = _accounts(rng, began_on, today)
    others = _others(rng, began_on, today, max(0, min(employees, LIVED) - len(accounts)), accounts)
    people = sorted(accounts + others, key=lambda each: each.joins_on)
    numbered = _with_numbers(_after_their_managers(people))
    return Company(
        people=numbered,
        began_on=began_on,
        ends_on=today,
        extra_count=max(0, employees - len(numbered)),
        by_username={each.username: each for each in numbered},
    )


def _accounts(rng: Random, began_on: date, today: date) -> list[Person]:
    """Return the demo accounts; their user names and password stand in the README."""
    wave = _wave_day("CR-S1", began_on, today)

    def veteran(years: float) -> date:
        return working_day_from(began_on - timedelta(days=int(365 * years) + rng.randint(0, 60)))

    def hired(days_ago: int) -> date:
        return max(began_on, today - timedelta(days=days_ago))

    def account(
        username: str,
        name: str,
        department: str,
        role: str | None,
        boss: str | None,
        **more: object,
    ) -> Person:
        values = {"hired_on": veteran(3), "joins_on": began_on, "is_account": True} | more
        return Person(username, name, department, role, boss, **values)  # type: ignore[arg-type]

    since = hired(74)
    wave = min(wave, since)  # the specialist reports to the supervisor
    lately = hired(13)
    newest = today - timedelta(days=3)
    heads = Right.DEPARTMENT_HEAD
    scripted = Fate.SCRIPTED
    return [
        account(
            "leader",
            "顾明远",
            "HC",
            None,
            None,
            rights=((Right.EXECUTIVE, None),),
            hired_on=veteran(9),
        ),
        account(
            "leader2",
            "罗佩珊",
            "HC",
            None,
            "leader",
            rights=((Right.EXECUTIVE, None),),
            hired_on=veteran(7),
        ),
        account(
            "hr", "沈若兰", "HC", None, "leader2", rights=((Right.HR, None),), hired_on=veteran(5)
        ),
        account(
            "admin",
            "许志恒",
            "IT",
            None,
            "leader2",
            rights=((Right.ADMIN, None),),
            hired_on=veteran(4),
        ),
        account(
            "head",
            "欧阳静宜",
            "CR",
            MANAGER,
            "leader",
            rights=((heads, "CR"),),
            hired_on=veteran(6),
            skill=0.95,
        ),
        account(
            "head2", "韩锐", "MK", None, "leader", rights=((heads, "MK"),), hired_on=veteran(4)
        ),
        account(
            "trainer",
            "陆喆",
            "CR",
            MANAGER,
            "head",
            rights=((Right.TRAINER, None),),
            skill=0.98,
            pace=0.8,
        ),
        account(
            "trainer2",
            "严书文",
            "CR",
            MANAGER,
            "head",
            rights=((Right.TRAINER, None),),
            hired_on=veteran(3),
            skill=0.97,
            pace=0.9,
        ),
        account("manager", "周䶮", "CR-KA", MANAGER, "head", skill=0.97, fate=scripted),
        account(
            "mentor",
            "方雅琴",
            "CR-S2",
            SUPERVISOR,
            "head",
            rights=((Right.MENTOR, None),),
            skill=0.96,
            pace=0.7,
        ),
        account("supervisor", "陈思齐", "CR-S1", SUPERVISOR, "head", joins_on=wave, fate=scripted),
        account(
            "specialist",
            "林玥",
            "CR-S1",
            SPECIALIST,
            "supervisor",
            hired_on=since,
            joins_on=since,
            fate=scripted,
        ),
        account(
            "specialist2",
            "马堃",
            "CR-S2",
            SPECIALIST,
            "mentor",
            hired_on=lately,
            joins_on=lately,
            fate=scripted,
        ),
        account(
            "newcomer",
            "苏晓禾",
            "CR-S1",
            SPECIALIST,
            "supervisor",
            hired_on=newest,
            joins_on=newest,
            fate=scripted,
        ),
    ]


def _others(
    rng: Random, began_on: date, today: date, count: int, accounts: list[Person]
) -> list[Person]:
    names = invent_names(rng, {each.name for each in accounts})
    taken = {each.username for each in accounts}
    leads = {"CR-S1": "supervisor", "CR-S2": "mentor", "CR-KA": "manager"}
    heads = {"CR": "head", "MK": "head2", "IT": "leader2"}
    found: list[Person] = []
    in_team: Counter[str] = Counter()
    for number in range(count):
        team = SEATS[number % len(SEATS)]
        name = next(names)
        username = username_of(latin(name), taken)
        is_lead = team not in leads
        boss = heads[team[:2]] if is_lead else leads[team]
        leads.setdefault(team, username)
        in_team[team] += 1
        role = _role(team, is_lead, in_team[team])
        joins_on, hired_on = _joining(
            rng,
            began_on,
            today,
            _wave_day(team, began_on, today),
            is_pioneer=role == MANAGER or number == PILOT,
            is_new=number % 6 == 5 and not is_lead,
        )
        found.append(
            Person(
                username=username,
                name=name,
                department=team,
                job_role=role,
                manager=boss,
                hired_on=hired_on,
                joins_on=joins_on,
                skill=min(0.99, max(0.7, rng.gauss(0.87, 0.05))),
                pace=rng.choice((0.25, 0.4, 0.5, 0.6, 0.8)),
                fate=_fate(number, role, is_lead),
            )
        )
    return found


def _role(team: str, is_lead: bool, nth: int) -> str | None:
    """Return the job role: only Customer Relations has job roles with a curriculum."""
    if not team.startswith("CR"):
        return None
    if is_lead or (team == "CR-KA" and nth % 6 == 1):
        return MANAGER
    return SUPERVISOR if nth % 8 == 4 else SPECIALIST


def _joining(
    rng: Random, began_on: date, today: date, wave: date, *, is_pioneer: bool, is_new: bool
) -> tuple[date, date]:
    """Return when the platform learned of somebody, and when she was hired."""
    if is_new:
        days = (today - began_on).days
        hired_on = working_day_from(began_on + timedelta(days=int(days * rng.uniform(0.45, 0.95))))
        hired_on = max(hired_on, wave)
        return hired_on, hired_on
    joins_on = began_on if is_pioneer else wave
    return joins_on, working_day_from(joins_on - timedelta(days=rng.randint(200, 2600)))


def _wave_day(team: str, began_on: date, today: date) -> date:
    share = WAVES.get(team) or WAVES[team[:2]]
    return working_day_from(began_on + timedelta(days=int((today - began_on).days * share)))


def _fate(number: int, role: str | None, is_lead: bool) -> Fate:
    if role != SPECIALIST or is_lead:
        return Fate.STEADY
    if number % 11 == 6:  # no divisor of the seats: no team has them all
        return Fate.STUCK
    if number % 17 == 9:
        return Fate.IDLE
    return Fate.STRUGGLING if number % 23 == 5 else Fate.STEADY


def _after_their_managers(people: list[Person]) -> list[Person]:
    """Return the people so that nobody comes before her manager."""
    ordered: list[Person] = []
    known: set[str] = set()
    waiting = list(people)
    while waiting:
        for each in waiting:
            if each.manager is None or each.manager in known:
                ordered.append(each)
                known.add(each.username)
                waiting.remove(each)
                break
        else:
            raise ValueError("managers in a circle")
    return ordered


def _with_numbers(people: list[Person]) -> tuple[Person, ...]:
    return tuple(
        replace(each, staff_number=f"HC{1001 + index}") for index, each in enumerate(people)
    )
