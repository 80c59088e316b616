"""The return of campaigns. Pure."""

from dataclasses import dataclass
from decimal import Decimal

from training_platform.crm.metrics.results import percent
from training_platform.crm.metrics.shapes import CampaignFact, Source, rounded
from training_platform.crm.metrics.thresholds import MARGIN

#: A member of a later state went through the earlier ones.
_NOT_SENT, _NOT_DELIVERED = frozenset({"planned"}), frozenset({"planned", "bounced"})
_OPENED = frozenset({"opened", "clicked", "responded", "won"})
_CLICKED = frozenset({"clicked", "responded", "won"})


@dataclass(frozen=True)
class CampaignReturn:
    """What a campaign reached and brought."""

    campaign_id: int
    name: str
    sent: int
    delivered: int
    opened: int
    clicked: int
    won: int
    delivered_percent: Decimal | None
    opened_percent: Decimal | None
    clicked_percent: Decimal | None
    won_percent: Decimal | None
    cost: Decimal
    revenue: Decimal
    ratio: Decimal | None
    profit_ratio: Decimal | None


def campaign_returns(source: Source) -> list[CampaignReturn]:
    """Return what each campaign reached and brought, in their order."""
    return [_return_of(campaign) for campaign in source.campaigns()]


def _return_of(campaign: CampaignFact) -> CampaignReturn:
    counts = campaign.members.items()
    sent = sum(count for state, count in counts if state not in _NOT_SENT)
    delivered = sum(count for state, count in counts if state not in _NOT_DELIVERED)
    opened = sum(count for state, count in counts if state in _OPENED)
    clicked = sum(count for state, count in counts if state in _CLICKED)
    won = campaign.members.get("won", 0)
    cost, revenue = campaign.cost, campaign.revenue
    return CampaignReturn(
        campaign.id,
        campaign.name,
        sent,
        delivered,
        opened,
        clicked,
        won,
        percent(delivered, sent),
        percent(opened, delivered),
        percent(clicked, delivered),
        percent(won, delivered),
        cost,
        revenue,
        rounded(revenue / cost) if cost else None,
        rounded((revenue * MARGIN - cost) / cost) if cost else None,
    )


def ratio_text(ratio: Decimal) -> str:
    """Return a return as it is said: 1:4.00."""
    return f"1:{ratio}"
