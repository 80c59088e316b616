"""Assigning leads: by rule, tried without saving, or by hand with a reason."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from training_platform.core.errors import InvalidTransitionError, NotPermittedError, RuleError
from training_platform.core.i18n import translate
from training_platform.crm.desk import Desk
from training_platform.crm.models import AssignmentRule, Customer, Lead, Seller
from training_platform.crm.queries.tiers import tiers_of
from training_platform.crm.rules import access, assignment
from training_platform.crm.rules.assignment import Bench, Choice
from training_platform.crm.services.access import expect_leading, may_edit
from training_platform.crm.services.records import change_record, find_record
from training_platform.crm.services.sla import first_follow_up_due

#: Statuses in which a lead is somebody's work.
OPEN = ("assigned", "following")
CLOSED = ("converted", "invalid")


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


WHY: Mapping[str, str] = {
    "fixed": _("Rule “%(rule)s”: goes to the seller named in it"),
    "round_robin": _("Rule “%(rule)s”: in turn"),
    "least_busy": _("Rule “%(rule)s”: fewest open leads"),
    "by_hand": _("Rule “%(rule)s”: a person decides"),
    "full": _("Rule “%(rule)s”: nobody in it has room"),
    "no_rule": _("No rule fits"),
}


@dataclass(frozen=True)
class Outcome:
    """What the rules say of one lead."""

    lead: Lead
    choice: Choice
    seller: Seller | None

    @property
    def words(self) -> str:
        """Return why, in the page's language."""
        return reason_of(self.choice)


def reason_of(choice: Choice) -> str:
    """Return why a lead goes where it goes, in the page's language."""
    rule: Any = choice.rule
    return translate(WHY[choice.why], rule=rule.name) if rule else translate(WHY[choice.why])


def active_rules(desk: Desk) -> Sequence[AssignmentRule]:
    """Return the rules in the order in which they are asked."""
    return desk.session.scalars(
        select(AssignmentRule)
        .where(AssignmentRule.is_active)
        .order_by(AssignmentRule.position, AssignmentRule.id)
    ).all()


def simulate(desk: Desk, leads: Iterable[Lead]) -> list[Outcome]:
    """Return who would get these leads, one after the other, and why; nothing is saved."""
    leads, rules, bench = list(leads), active_rules(desk), _bench(desk)
    tiers = _tiers(desk, leads)
    found: list[tuple[Lead, Choice]] = []
    for lead in leads:
        choice = assignment.choose(rules, _facts(lead, tiers), bench)
        if choice.rule is not None and choice.seller_id is not None:
            bench.take(choice.rule, choice.seller_id)
        found.append((lead, choice))
    wanted = {choice.seller_id for _lead, choice in found if choice.seller_id}
    sellers = {
        seller.id: seller
        for seller in desk.session.scalars(select(Seller).where(Seller.id.in_(wanted)))
    }
    return [Outcome(lead, choice, sellers.get(choice.seller_id or 0)) for lead, choice in found]


def assign(desk: Desk, lead: Lead, expected_version: int | None = None) -> Outcome:
    """Assign one lead by the rules; rule and reason stay with it.

    For those who lead. Where a person must decide (a rule by hand, nobody with room, no rule),
    the lead stays as it is, and the outcome says why. Raises InvalidTransitionError for a lead
    that has an owner or is closed.
    """
    expect_leading(desk)
    if lead.owner_id is not None or lead.status in CLOSED:
        raise InvalidTransitionError(_("This lead is assigned or closed already."))
    outcome = simulate(desk, [lead])[0]
    rule: Any = outcome.choice.rule
    if outcome.seller is None or rule is None:
        return outcome
    change_record(
        desk,
        lead,
        _assigned(desk, lead, outcome.seller)
        | {"assign_rule_id": rule.id, "assign_reason": outcome.words},
        expected_version=expected_version,
        act="assign",
        rule=rule.id,
        reason=outcome.words,
    )
    change_record(desk, rule, {"last_seller_id": outcome.seller.id}, act="turn")
    return outcome


def reassign(
    desk: Desk, lead: Lead, seller_id: int, reason: str, expected_version: int | None = None
) -> Lead:
    """Give a lead to a named seller by hand; the reason stays with it.

    For those who lead; an owner may hand over her own. Raises RuleError without a reason, for a
    closed lead, or where the seller has no room.
    """
    if not (access.leads(desk.seller.role) or lead.owner_id == desk.seller.id):
        raise NotPermittedError(_("Only the owner or a team lead may hand over a lead."))
    if lead.owner_id is not None and not may_edit(desk, lead):
        raise NotPermittedError(_("This lead belongs to another team."))
    if lead.status in CLOSED:
        raise InvalidTransitionError(_("This lead is closed."))
    if not reason.strip():
        raise RuleError(_("Say why this seller gets the lead."), field="reason")
    if seller_id == lead.owner_id:
        raise RuleError(_("This seller has the lead already."), field="seller_id")
    seller = find_record(desk, Seller, seller_id)
    if not _bench(desk).has_room(seller_id):
        raise RuleError(_("This seller has no room for another lead."), field="seller_id")
    return change_record(
        desk,
        lead,
        _assigned(desk, lead, seller) | {"assign_rule_id": None, "assign_reason": reason.strip()},
        expected_version=expected_version,
        act="reassign" if lead.owner_id else "assign",
        reason=reason.strip(),
    )


def set_terms(
    desk: Desk,
    rule: AssignmentRule,
    conditions: Mapping[str, Sequence[str]],
    seller_ids: Sequence[int],
    expected_version: int,
) -> AssignmentRule:
    """Say which leads a rule is for and who gets them. For those who lead.

    Sellers who were in it keep their place, new ones come after them. Raises RuleError where a
    rule that takes turns or looks for the least busy has nobody to choose from.
    """
    expect_leading(desk)
    if rule.strategy != "fixed" and not seller_ids:
        raise RuleError(
            _("Choose at least one seller for this way of assigning."), field="seller_ids"
        )
    kept = [int(ident) for ident in rule.seller_ids or () if int(ident) in seller_ids]
    new = [ident for ident in sorted(seller_ids) if ident not in kept]
    values = {
        "conditions": {name: list(conditions[name]) for name in conditions if conditions[name]},
        "seller_ids": [*kept, *new],
    }
    return change_record(desk, rule, values, expected_version=expected_version)


def _assigned(desk: Desk, lead: Lead, seller: Seller) -> dict[str, Any]:
    values: dict[str, Any] = {
        "owner_id": seller.id,
        "assigned_at": desk.now,
        "status": lead.status if lead.status == "following" else "assigned",
    }
    if lead.first_follow_up_due_at is None and lead.first_followed_up_at is None:
        tier = _tiers(desk, [lead]).get(lead.company_key or "")
        values["first_follow_up_due_at"] = first_follow_up_due(desk, tier)
    return values


def _bench(desk: Desk) -> Bench:
    sellers = desk.session.execute(select(Seller.id, Seller.capacity_count).where(Seller.is_active))
    loads = desk.session.execute(
        select(Lead.owner_id, func.count()).where(Lead.status.in_(OPEN)).group_by(Lead.owner_id)
    )
    return Bench(
        {row.id: row.capacity_count for row in sellers},
        {ident: count for ident, count in loads if ident is not None},
    )


def _facts(lead: Lead, tiers: Mapping[str, str]) -> dict[str, str | None]:
    facts = {name: getattr(lead, name, None) for name in assignment.FIELDS}
    return facts | {"tier": tiers.get(lead.company_key or "")}


def _tiers(desk: Desk, leads: Sequence[Lead]) -> dict[str, str]:
    """Return the tiers of the customers that have the leads' names: a VIP may ask again."""
    keys = {lead.company_key or "" for lead in leads} - {""}
    known = desk.session.execute(
        select(Customer.id, Customer.name_key).where(Customer.name_key.in_(keys))
    ).all()
    found = tiers_of(desk, [ident for ident, _key in known])
    return {key: found[ident] for ident, key in known}
