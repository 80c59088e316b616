"""Service after the sale: articles, tickets with steps and surveys, feedback, problem reports."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from training_platform.crm.dataset.customers import Firm
from training_platform.crm.dataset.dice import Dice
from training_platform.crm.dataset.management import service_minutes
from training_platform.crm.dataset.people import SELLERS, sellers_of, team_of
from training_platform.crm.dataset.pipeline import owner_of
from training_platform.crm.dataset.products import PRODUCTS
from training_platform.crm.dataset.sales import Sale
from training_platform.crm.dataset.stories import short
from training_platform.crm.dataset.texts import SERVICE_TEXTS
from training_platform.crm.dataset.working_time import NOW, at, moment, within
from training_platform.crm.dataset.world import Row, World
from training_platform.crm.rules.calendar import add_working_minutes, working_day_from
from training_platform.crm.rules.tickets import PRIORITIES
from training_platform.crm.rules.tiers import WINDOW, tier_of

TICKETS = 300
FEEDBACK = 150
_ISSUES: list[dict[str, Any]] = SERVICE_TEXTS["issue"]
_WEIGHTS = {
    "repair": 1.5,
    "question": 0.9,
    "delivery": 1.1,
    "invoice": 0.9,
    "complaint": 0.8,
    "data_change": 0.8,
}
_TEAM_NAMES = {
    "east": "华东销售组",
    "south": "华南销售组",
    "north": "华北销售组",
    "west": "西部销售组",
}


@dataclass(eq=False)
class Case:
    """A ticket while its course is drawn."""

    dice: Dice
    firm: Firm
    issue: dict[str, Any]
    article_id: int
    received: datetime
    tier: str
    row: Row


def add_articles(world: World) -> None:
    """Add the knowledge articles: one for each issue, then the general ones."""
    for number, article in enumerate([*_ISSUES, *SERVICE_TEXTS["article"]], start=1):
        dice = Dice("article", number)
        made = moment(dice, working_day_from(date(2023, 3, 1) + timedelta(days=dice.whole(0, 620))))
        state = dice.weighted({"published": 0.88, "draft": 0.07, "outdated": 0.05})
        reviewed = min(made + timedelta(days=dice.whole(10, 300)), NOW - timedelta(days=6))
        world.add(
            "article",
            number,
            made,
            max(made, reviewed),
            code=f"K-{number:03d}",
            title=article["title"],
            keywords=article["keywords"],
            category=article["category"],
            body=article["body"],
            status=state,
            owner_id=dice.pick([row[0] for row in SELLERS if row[3] == "senior_agent"]),
            review_on=(NOW + timedelta(days=dice.whole(-20, 320))).date(),
        )


def add_tickets(world: World, firms: list[Firm], sales: list[Sale]) -> None:
    """Add the tickets of the last year by the time at which they came."""
    by_firm: dict[int, list[Sale]] = {}
    for sale in sales:
        by_firm.setdefault(sale.firm.ident, []).append(sale)
    cases = [_case(number, firms, by_firm) for number in range(TICKETS)]
    cases.sort(key=lambda case: (case.received, case.firm.ident))
    for number, case in enumerate(cases, start=1):
        _run(world, number, case)


def _case(number: int, firms: list[Firm], by_firm: dict[int, list[Sale]]) -> Case:
    dice = Dice("ticket", number)
    received = _received(dice, number)
    weights = {
        firm: {"vip": 5.0, "key": 2.2, "regular": 0.8}[firm.scale]
        for firm in firms
        if firm.scale and firm.came_at < received and firm.row["retention"] == "active"
    }
    firm = dice.weighted(weights)
    own = by_firm.get(firm.ident, [])
    paid = [
        sale.net for sale in own if sale.paid_at and received - WINDOW < sale.paid_at <= received
    ]
    place = dice.weighted(
        {index: _WEIGHTS[issue["category"]] for index, issue in enumerate(_ISSUES)}
    )
    issue = _ISSUES[place]
    earlier = [sale for sale in own if sale.placed_at < received]
    tier = tier_of(sum(paid, Decimal(0)))
    return Case(
        dice, firm, issue, place + 1, received, tier, _ticket(dice, firm, issue, earlier, tier)
    )


def _received(dice: Dice, number: int) -> datetime:
    """Return when a ticket came: some of them today or on the last days."""
    if number < 9:
        return NOW - timedelta(minutes=dice.whole(2, 12 * number + 20), seconds=dice.whole(1, 59))
    days = dice.between(2.6, 8.9) if number < 54 else dice.between(9, 364)
    day = working_day_from((NOW - timedelta(days=days)).date())
    when = moment(dice, day)
    if dice.chance(0.07):
        when = at(day, dice.whole(18 * 60 + 20, 21 * 60))
    return when if when < NOW - timedelta(hours=3) else at(date(2025, 6, 27), 16 * 60)


def _ticket(dice: Dice, firm: Firm, issue: dict[str, Any], earlier: list[Sale], tier: str) -> Row:
    wanted = issue.get("products")
    products = [
        each
        for each in PRODUCTS
        if (each.ident in wanted if wanted else each.line in issue["lines"]) and each.is_active
    ]
    slots = {
        "product": short(dice.pick(products).name),
        "order": f"D-{earlier[-1].ident:05d}" if earlier else "上月",
        "n": str(dice.whole(2, 6)),
        "qty": str(dice.whole(3, 90) * 20),
        "date": f"{dice.whole(3, 28)} 日",
    }
    severity = issue["severity"]
    if dice.chance(0.18):
        severity = dice.pick(("high", "medium", "low"))
    return {
        "customer_id": firm.ident,
        "contact_id": dice.pick(firm.contacts)["id"],
        "subject": dice.pick(issue["subjects"]).format(**slots),
        "channel": dice.weighted({"phone": 0.46, "wechat": 0.24, "online": 0.18, "email": 0.12}),
        "category": issue["category"],
        "description": dice.pick(issue["descriptions"]).format(**slots),
        "severity": severity,
        "priority": PRIORITIES[tier][severity],
        "tier_at_creation": tier,
        "solution": issue["solution"].format(**slots),
    }


def _run(world: World, number: int, case: Case) -> None:
    """Let a ticket take its course, and add it with its steps and its survey."""
    dice, row, received = case.dice, case.row, case.received
    response, solution = service_minutes(case.tier, row["priority"])
    agent = _agent(dice, case)
    responded = add_working_minutes(received, _taken(dice, response))
    resolved = add_working_minutes(responded, _taken(dice, max(solution - response, 30)))
    state = _state(dice, received, responded, resolved)
    is_solved = state in {"resolved", "closed"}
    survey_at = resolved + timedelta(minutes=dice.whole(12, 70))
    closed = add_working_minutes(survey_at, dice.whole(200, 1300)) if state == "closed" else None
    if closed is not None and closed >= NOW:
        state, closed = "resolved", None
    is_reopened = state == "reopened" or (is_solved and dice.chance(0.05))
    has_response = state not in {"new", "assigned"}
    row |= {
        "status": state,
        "owner_id": None if state == "new" else agent,
        "received_at": received,
        "response_due_at": add_working_minutes(received, response),
        "resolve_due_at": add_working_minutes(received, solution),
        "first_responded_at": responded if has_response else None,
        "resolved_at": resolved if is_solved else None,
        "closed_at": closed,
        "solution": row["solution"] if is_solved else None,
        "article_id": case.article_id if is_solved and dice.chance(0.6) else None,
        "reopened_count": int(is_reopened),
    }
    steps = _steps(case, agent, responded, resolved)
    touched = max(steps[-1][0], closed or received)
    world.add("ticket", number, received, touched, code=f"T-{number:05d}", **row)
    for happened, kind, text, is_open in steps:
        world.add(
            "ticket_step",
            world.next_id("ticket_step"),
            happened,
            ticket_id=number,
            kind=kind,
            text=text,
            is_for_customer=is_open,
            seller_id=None if kind == "received" else agent,
            happened_at=happened,
        )
    if is_solved and survey_at < NOW and (closed is not None or dice.chance(0.6)):
        _survey(world, number, case, agent, survey_at)


def _agent(dice: Dice, case: Case) -> int:
    """Return who works on it: senior agents for VIPs, else they or the customer's own seller."""
    senior = sellers_of(case.firm.row["region"], "senior_agent")[0]
    if case.tier == "vip" or case.row["severity"] == "high" or dice.chance(0.5):
        return senior
    return owner_of(case.firm)


def _taken(dice: Dice, allowed: int) -> int:
    """Return the minutes that something took: mostly within what is allowed."""
    share = dice.between(1.05, 2.2) if dice.chance(0.12) else dice.between(0.08, 0.92)
    return max(3, int(allowed * share))


def _state(dice: Dice, received: datetime, responded: datetime, resolved: datetime) -> str:
    if responded >= NOW:
        return "new" if NOW - received < timedelta(hours=2) else "assigned"
    if resolved >= NOW:
        return dice.weighted({"in_progress": 0.62, "waiting": 0.38})
    age = NOW - received
    if age < timedelta(days=9):
        shares = {"in_progress": 0.3, "waiting": 0.22, "resolved": 0.28, "closed": 0.12}
        return dice.weighted(shares | {"reopened": 0.14})
    if age < timedelta(days=16):
        return dice.weighted({"resolved": 0.3, "closed": 0.56, "reopened": 0.12, "waiting": 0.07})
    return "closed"


_REPLIES = (
    "已电话联系客户，说明处理步骤和预计时间。",
    "已回复客户，请其补充照片和序列号。",
    "致电了解情况，客户配合排查。",
    "已告知客户由专人跟进，留下直线电话。",
)
_FINDINGS = {
    "repair": (
        "远程查看参数，判断为部件磨损。",
        "查阅维修记录，同机型有类似情况。",
        "请客户按步骤测试，故障复现。",
    ),
    "delivery": ("查询出库和物流节点。", "联系仓库核对拣货记录。", "与承运方确认派送时间。"),
    "invoice": ("核对开票记录和客户资料。", "与财务确认开具日期。", "逐笔核对订单和退货。"),
    "complaint": (
        "调出全部往来记录，向当事人核实。",
        "与主管讨论补救方案。",
        "取样送检，等待结果。",
    ),
    "question": ("查阅知识库，找到对应步骤。",),
    "data_change": ("核对变更申请与登记资料。",),
}


def _steps(
    case: Case, agent: int, responded: datetime, resolved: datetime
) -> list[tuple[datetime, str, str, bool]]:
    """Return what happened to a ticket: when, what, in which words, and whether she sees it."""
    dice, row = case.dice, case.row
    name = SELLERS[agent - 1][1]
    found = [(case.received, "received", "已收到您的请求，工单已登记。", True)]
    if row["status"] == "new":
        return found
    latest = min(responded, NOW)
    assigned = add_working_minutes(case.received, dice.whole(1, 25))
    if not case.received < assigned < latest:
        assigned = case.received + (latest - case.received) / 3
    reason = "VIP 客户，分派高级坐席" if case.tier == "vip" else "按区域分派"
    found.append((assigned, "assigned", f"{reason}：{name}", False))
    if row["first_responded_at"] is not None:
        found.append((responded, "replied", dice.pick(_REPLIES), True))
        found += _work(case, responded, min(resolved, NOW))
    if row["resolved_at"] is not None:
        found.append((resolved, "resolved", row["solution"], True))
    if row["status"] == "reopened":
        again = within(resolved, NOW, dice.between(0.2, 0.8))
        found.append((resolved, "resolved", case.issue["title"] + "：已按步骤处理。", True))
        found.append((again, "reopened", "客户反馈问题再次出现，重新打开。", True))
    if row["closed_at"] is not None:
        found.append((row["closed_at"], "closed", "客户确认，工单关闭。", True))
    found.sort(key=lambda step: step[0])
    return [(step[0].replace(microsecond=0), *step[1:]) for step in found]


def _work(case: Case, begin: datetime, end: datetime) -> list[tuple[datetime, str, str, bool]]:
    dice, category = case.dice, case.row["category"]
    found = []
    if category in {"data_change", "invoice"} and dice.chance(0.85):
        text = dice.pick(("核对客户编号和最近一张订单金额，一致。", "通过登记邮箱确认，一致。"))
        found.append((within(begin, end, 0.2), "identity_checked", text, False))
    if dice.chance(0.7):
        text = dice.pick(_FINDINGS[category])
        found.append((within(begin, end, dice.between(0.3, 0.6)), "investigated", text, False))
    if dice.chance(0.2):
        text = dice.pick(("客户出差，约明日再联系。", "等待备件到货。", "已通知销售负责人。"))
        found.append((within(begin, end, dice.between(0.65, 0.9)), "note", text, False))
    return found


def _survey(world: World, number: int, case: Case, agent: int, sent: datetime) -> None:
    dice, row = case.dice, case.row
    is_late = row["resolved_at"] > row["resolve_due_at"]
    answered = sent + timedelta(hours=dice.between(0.4, 50))
    is_answered = dice.chance(0.68) and answered < NOW
    kindness = 0.7 + (agent * 37 % 11) / 18
    scores = {1: 0.03, 2: 0.06, 3: 0.14, 4: 0.33 * kindness, 5: 0.44 * kindness}
    if is_late or row["reopened_count"]:
        scores = {1: 0.14, 2: 0.22, 3: 0.3, 4: 0.24, 5: 0.1}
    score = dice.weighted(scores)
    comments = SERVICE_TEXTS["survey"][str(score)]
    world.add(
        "survey",
        world.next_id("survey"),
        sent,
        answered if is_answered else None,
        ticket_id=number,
        customer_id=case.firm.ident,
        seller_id=agent,
        sent_at=sent,
        answered_at=answered.replace(microsecond=0) if is_answered else None,
        score=score if is_answered else None,
        comment=dice.pick(comments) if is_answered and dice.chance(0.55) else None,
    )


def add_feedback(world: World, firms: list[Firm]) -> None:
    """Add what customers said unasked, by the time at which it came."""
    rows = []
    ready = [firm for firm in firms if firm.scale and firm.row["retention"] == "active"]
    for number in range(FEEDBACK):
        dice = Dice("feedback", number)
        firm = dice.pick(ready)
        kind = dice.weighted(
            {"praise": 0.26, "suggestion": 0.36, "complaint": 0.2, "question": 0.18}
        )
        subject, text, answer = dice.pick(SERVICE_TEXTS["feedback"][kind])
        day = working_day_from((NOW - timedelta(days=dice.between(3, 360))).date())
        received = min(max(moment(dice, day), firm.came_at), NOW - timedelta(hours=17))
        is_old = NOW - received > timedelta(days=21)
        state = dice.weighted({"done": 0.9, "open": 0.04, "in_progress": 0.06}) if is_old else None
        state = state or dice.weighted({"done": 0.35, "open": 0.4, "in_progress": 0.25})
        rows.append(
            {
                "customer_id": firm.ident,
                "kind": kind,
                "subject": subject.format(name=f"{dice.pick('王李张刘陈周吴孙')}工"),
                "text": text,
                "received_at": received,
                "status": state,
                "owner_id": None
                if state == "open"
                else sellers_of(firm.row["region"], "senior_agent")[0],
                "answer": answer if state == "done" else None,
            }
        )
    rows.sort(key=lambda row: (row["received_at"], row["customer_id"]))
    for number, row in enumerate(rows, start=1):
        world.add("feedback", number, row["received_at"], **row)


def add_problem_reports(world: World) -> None:
    """Add what colleagues reported of the CRM itself."""
    texts = [
        (problem["kind"], *row) for problem in SERVICE_TEXTS["problem"] for row in problem["rows"]
    ]
    rows = []
    for number, (kind, severity, subject, description, solution) in enumerate(texts):
        dice = Dice("problem", number)
        reporter = dice.whole(1, 20)
        day = working_day_from((NOW - timedelta(days=dice.between(3, 250))).date())
        seen = min(moment(dice, day), NOW - timedelta(hours=18))
        is_old = NOW - seen > timedelta(days=20)
        state = "done" if is_old and dice.chance(0.88) else dice.pick(("open", "in_progress"))
        rows.append(
            {
                "subject": subject,
                "reporter_id": reporter,
                "department": _TEAM_NAMES[team_of(reporter)],
                "kind": kind,
                "severity": severity,
                "description": description,
                "occurred_at": seen - timedelta(minutes=dice.whole(10, 200)),
                "wanted_on": working_day_from(seen.date() + timedelta(days=dice.whole(2, 12))),
                "status": state,
                "solution": solution.format(n=dice.whole(4, 30)) if state == "done" else None,
                "customer_id": None,
                "made": seen,
            }
        )
    rows.sort(key=lambda row: (row["made"], row["subject"]))
    for number, row in enumerate(rows, start=1):
        made = row.pop("made")
        world.add("problem_report", number, made, code=f"W-{number:03d}", **row)
