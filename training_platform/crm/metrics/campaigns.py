"""The return of campaigns. Pure."""

from decimal import Decimal

from training_platform.crm.metrics.results import CampaignReturn, percent
from training_platform.crm.metrics.shapes import CampaignFact, Source, rounded
from training_platform.crm.metrics.thresholds import MARGIN

#: A member of a later state went through the earlier ones.
_NOT_DELIVERED = frozenset({"planned", "bounced"})
_OPENED = frozenset({"opened", "clicked", "responded", "won"})
_CLICKED = frozenset({"clicked", "responded", "won"})


def campaign_returns(source: Source) -> list[CampaignReturn]:
    """Return what each campaign reached and brought, in their order."""
    return [_return_of(campaign) for campaign in source.campaigns()]


def _return_of(campaign: CampaignFact) -> CampaignReturn:
    counts = campaign.members.items()
    delivered = sum(count for state, count in counts if state not in _NOT_DELIVERED)
    opened = sum(count for state, count in counts if state in _OPENED)
    clicked = sum(count for state, count in counts if state in _CLICKED)
    won = campaign.members.get("won", 0)
    cost, revenue = campaign.cost, campaign.revenue
    return CampaignReturn(
        campaign.id,
        campaign.name,
        delivered,
        opened,
        clicked,
        won,
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
