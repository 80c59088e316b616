"""Opportunities with their changes of stage, quotes and contracts, as rows."""

from datetime import datetime, timedelta
from decimal import Decimal

from training_platform.crm.dataset.customers import Firm
from training_platform.crm.dataset.deals import COHORT, STAGES, Deal, half_year
from training_platform.crm.dataset.dice import Dice
from training_platform.crm.dataset.people import DIRECTOR, leader_of, role_of
from training_platform.crm.dataset.sales import Line
from training_platform.crm.dataset.stories import short
from training_platform.crm.dataset.texts import ACTIVITY_TEXTS
from training_platform.crm.dataset.working_time import NOW, moment, within
from training_platform.crm.dataset.world import Row, World
from training_platform.crm.rules.calendar import CHINA, working_day_from
from training_platform.crm.rules.quoting import may_grant

_PROBABILITIES = (43, 54, 77, 90)
_EVIDENCE = (
    ("客户同意接收资料", "客户同意看演示", "约定了演示时间", "客户索取了产品手册"),
    ("需求确认单已签回", "客户书面确认核心需求", "会议纪要经客户确认", "样品测试通过，需求已确认"),
    ("客户接受报价范围", "报价经采购会签", "客户邮件确认价格", "总经理口头同意方案"),
    ("合同已签订，首付款已到账", "合同签订，款项到账", "双方盖章，已收首付款"),
)
_LOSSES = (
    {"no_answer": 0.42, "no_need": 0.38, "other": 0.08, "competitor": 0.12},
    {"no_need": 0.3, "no_budget": 0.34, "competitor": 0.22, "price": 0.14},
    {"price": 0.42, "competitor": 0.34, "delivery": 0.14, "no_budget": 0.1},
    {"price": 0.3, "competitor": 0.3, "delivery": 0.25, "no_budget": 0.15},
)
_LOSS_NOTES = {
    "price": "报价高出客户预算约一成。",
    "competitor": "客户选了已有合作的供应商。",
    "no_budget": "预算被推迟到下一年度。",
    "no_need": "项目取消，暂无采购计划。",
    "no_answer": "多次联系没有回复。",
    "delivery": "要求的交期无法满足。",
    "other": "客户与另一家公司合并，采购由对方总部负责。",
}
_NAMES = {
    "equipment": (
        "{own}{product}采购",
        "{own}{product}更新",
        "{own}包装线改造",
        "{own}二期车间设备",
        "{own}追溯打码项目",
    ),
    "consumable": (
        "{own}{product}补货",
        "{own}季度耗材",
        "{own}年度耗材框架",
        "{own}{product}采购",
    ),
    "spare_part": ("{own}备件采购", "{own}{product}更换", "{own}检修备件包"),
    "service": ("{own}{product}", "{own}维保续签", "{own}培训与调试"),
}
_TERMS = (
    "合同签订后付 30%，发货前付清；交货期 20 个工作日；质保 12 个月。",
    "首付 50%，验收合格后 15 日内付清；含安装调试与一次培训。",
    "款到发货；耗材按月分批交付，价格在合同期内不变。",
    "验收标准：连续运行 72 小时，不良率低于 2‰；逾期交货按日承担 0.5‰ 违约金。",
)
_DISCOUNT_REASONS = ("年度合作客户", "批量采购", "竞争项目，经组长同意", "样板客户", "老客户续购")


def add_pipeline(world: World, deals: list[Deal]) -> None:
    """Add the opportunities and what hangs on them; customers then stand where the newest does."""
    for deal in deals:
        row = _opportunity(world, deal)
        _stage_changes(world, deal, row)
        quote_id = _quote(world, deal, row)
        _contract(world, deal, quote_id)
        deal.firm.row["stage"] = row["stage"]


def owner_of(firm: Firm) -> int:
    """Return who works, or worked last, for a customer."""
    return int(firm.row["owner_id"] or firm.row["last_owner_id"])


def deal_name(dice: Dice, firm: Firm, lines: list[Line]) -> str:
    """Return what an opportunity is called: 禾澜自动贴标机采购."""
    main = max(lines, key=lambda line: line.quantity * line.price).product
    return dice.pick(_NAMES[main.line]).format(own=firm.own, product=short(main.name))


def _opportunity(world: World, deal: Deal) -> Row:
    dice = Dice("opportunity", deal.ident)
    firm, is_closed = deal.firm, deal.outcome != "open"
    stage = deal.outcome if is_closed else STAGES[deal.reached]
    main = max(deal.lines, key=lambda line: line.quantity * line.price).product
    row = world.add(
        "opportunity",
        deal.ident,
        deal.opened_at,
        deal.entered[-1],
        code=f"O-{deal.ident:05d}",
        name=deal_name(dice, firm, deal.lines),
        customer_id=firm.ident,
        contact_id=dice.pick(firm.contacts)["id"],
        stage=stage,
        stage_entered_at=deal.entered[-1],
        amount=deal.amount,
        probability_percent={"won": 100, "lost": 0}.get(stage, _PROBABILITIES[deal.reached]),
        probability_reason=None,
        expected_close_on=_expected_close(dice, deal),
        opened_at=deal.opened_at,
        closed_at=deal.entered[-1] if is_closed else None,
        lost_reason=None,
        lost_notes=None,
        lost_from_stage=None,
        competitor=None,
        product_line=main.line,
        lead_id=None,
        campaign_id=None,
        owner_id=owner_of(firm),
        cohort=COHORT if half_year(deal.opened_at) == COHORT else None,
        tags=sorted(dice.sample(("重点项目", "框架", "招标", "续购", "紧急"), dice.whole(0, 1))),
        remarks=None,
    )
    if stage == "lost":
        _tell_loss(dice, deal, row)
    elif not is_closed and dice.chance(0.08):
        row["probability_percent"] = row["probability_percent"] // 10 * 10 - 10
        row["probability_reason"] = dice.pick(("决策人更换", "出现新的竞争对手", "预算尚未批准"))
    return row


def _tell_loss(dice: Dice, deal: Deal, row: Row) -> None:
    reason = dice.weighted(_LOSSES[deal.reached])
    row["lost_reason"] = reason
    row["lost_from_stage"] = STAGES[deal.reached]
    row["lost_notes"] = _LOSS_NOTES[reason] if reason == "other" or dice.chance(0.5) else None
    if reason in {"competitor", "price"} and dice.chance(0.8):
        row["competitor"] = dice.pick(ACTIVITY_TEXTS["rivals"])


def _expected_close(dice: Dice, deal: Deal) -> object:
    """Return the planned end: for open ones ahead of now, some of them overdue."""
    if deal.outcome != "open":
        day = deal.entered[-1].date() + timedelta(days=dice.whole(-9, 6))
        return working_day_from(max(day, deal.opened_at.date() + timedelta(days=1)))
    rest = (28, 24, 15, 9)[deal.reached]
    days = -dice.whole(1, 12) if dice.chance(0.14) else dice.whole(2, 12) + rest * dice.share() * 3
    return working_day_from(NOW.date() + timedelta(days=int(days)))


def _stage_changes(world: World, deal: Deal, row: Row) -> None:
    codes = [*STAGES[: deal.reached + 1], *([row["stage"]] if deal.outcome != "open" else [])]
    dice = Dice("stages", deal.ident)
    for place, (code, entered) in enumerate(zip(codes, deal.entered, strict=True)):
        is_last = place == len(codes) - 1
        evidence = dice.pick(_EVIDENCE[place - 1]) if place and code != "lost" else None
        world.add(
            "stage_change",
            world.next_id("stage_change"),
            entered,
            opportunity_id=deal.ident,
            from_stage=codes[place - 1] if place else None,
            to_stage=code,
            entered_at=entered,
            left_at=None if is_last else deal.entered[place + 1],
            evidence=evidence,
            reason=row["lost_reason"] if code == "lost" else None,
            seller_id=row["owner_id"],
        )


def _quote(world: World, deal: Deal, row: Row) -> int | None:
    """Add the quote of a deal that came so far; return its number."""
    dice = Dice("quote", deal.ident)
    if deal.reached < 2 or (deal.outcome == "lost" and not dice.chance(0.75)):
        return None
    begun = deal.entered[2]
    ends = deal.entered[3] if len(deal.entered) > 3 else NOW
    sent = within(begun, ends, dice.between(0.15, 0.6))
    state = _quote_state(dice, deal)
    is_sent = state in {"sent", "accepted", "refused"}
    needs_approval = not may_grant(role_of(row["owner_id"]), deal.discount)
    is_approved = needs_approval and state not in {"in_approval", "draft"}
    approved = within(begun, sent, 0.5) if is_approved else None
    ident = world.next_id("quote")
    world.add(
        "quote",
        ident,
        begun,
        sent if is_sent else begun,
        code=f"Q-{ident:05d}",
        customer_id=deal.firm.ident,
        opportunity_id=deal.ident,
        status=state,
        discount_percent=deal.discount,
        discount_reason=dice.pick(_DISCOUNT_REASONS) if deal.discount else None,
        amount=deal.amount,
        valid_until_on=sent.astimezone(CHINA).date() + timedelta(days=30),
        sent_at=sent if is_sent else None,
        approved_at=approved,
        approved_by_id=_approver(row["owner_id"], deal.discount) if is_approved else None,
        owner_id=row["owner_id"],
        remarks=None,
    )
    for line in deal.lines:
        world.add(
            "quote_line",
            world.next_id("quote_line"),
            begun,
            quote_id=ident,
            product_id=line.product.ident,
            quantity_count=line.quantity,
            unit_price_amount=_list_price(line, deal.discount),
        )
    return ident


def _approver(owner_id: int, discount: int) -> int:
    """Return who approved a discount: the team's lead where that suffices, else the director."""
    lead = leader_of(owner_id)
    return lead if may_grant(role_of(lead), discount) else DIRECTOR


def _list_price(line: Line, discount: int) -> Decimal:
    """Return the price before the quote's discount."""
    return (line.price * 100 / (100 - discount)).quantize(Decimal("0.01"))


def _quote_state(dice: Dice, deal: Deal) -> str:
    if deal.outcome == "lost":
        return "refused"
    if deal.outcome == "won" or deal.reached == 3:
        return "accepted"
    if not may_grant(role_of(owner_of(deal.firm)), deal.discount) and dice.chance(0.5):
        return "in_approval"
    return dice.weighted({"sent": 0.62, "draft": 0.26, "approved": 0.12})


def _contract(world: World, deal: Deal, quote_id: int | None) -> None:
    """Add the contract of a deal that came so far."""
    dice = Dice("contract", deal.ident)
    if deal.sale is not None:
        deal.sale.contract_id = _add_contract(world, deal, quote_id, deal.signed_at)
    elif deal.outcome == "open" and deal.reached == 3 and dice.chance(0.85):
        day = working_day_from(NOW.date() - timedelta(days=dice.whole(4, 6)))
        signed = max(moment(dice, day), deal.entered[3] + timedelta(minutes=15))
        is_signed = dice.chance(0.2) and signed < NOW
        state = "in_approval" if dice.chance(0.5) else "draft"
        _add_contract(world, deal, quote_id, signed if is_signed else None, state)


def _add_contract(
    world: World, deal: Deal, quote_id: int | None, signed_at: datetime | None, state: str = ""
) -> int:
    """Add a contract: signed for a year from its signature, or in the given state."""
    ident = world.next_id("contract")
    begins = signed_at.astimezone(CHINA).date() if signed_at else None
    ends = begins + timedelta(days=364) if begins else None
    if ends is not None:
        state = "ended" if ends < NOW.date() else "signed"
    world.add(
        "contract",
        ident,
        deal.entered[3],
        signed_at,
        code=f"HT-{ident:05d}",
        customer_id=deal.firm.ident,
        opportunity_id=deal.ident,
        quote_id=quote_id,
        status=state,
        amount=deal.amount,
        signed_at=signed_at,
        starts_on=begins,
        ends_on=ends,
        terms=Dice("contract_terms", deal.ident).pick(_TERMS),
        owner_id=owner_of(deal.firm),
    )
    return ident
