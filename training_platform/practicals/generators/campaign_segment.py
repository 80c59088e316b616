"""A mailing to a segment of customers, and the return of a campaign that is over."""

from collections.abc import Mapping, Sequence
from typing import Any

from training_platform.crm.choices import INDUSTRIES, REGIONS
from training_platform.crm.dataset.dice import Dice
from training_platform.crm.metrics.campaigns import CampaignReturn, campaign_returns
from training_platform.crm.metrics.results import percent
from training_platform.crm.rules.campaigns import exclusion
from training_platform.practicals.drawing import Baseline, Drawn, generator, own_id
from training_platform.practicals.generators.counting import source_of
from training_platform.practicals.generators.moments import beginning
from training_platform.practicals.generators.texts import in_both
from training_platform.practicals.report_filters import Sources

Row = Mapping[str, Any]
#: As few and as many customers as a segment may have that somebody looks through.
_FEWEST, _MOST = 12, 60


@generator
def campaign_segment(
    dice: Dice, options: Mapping[str, Any], baseline: Baseline, seller: int
) -> Drawn:
    """Draw a region and two industries for a mailing to all but VIPs, and one of `past` campaigns.

    The key: reached (customer_id of whom the mailing may reach), segment_id and campaign_id (what
    a trainee makes first), bent (a customer without consent, who could be reached with it); past
    (opened, clicked, ratio, and the slips: opened_of_sent, clicked_of_sent, profit).
    """
    tiers = Sources(lambda entity: baseline.get(entity, {}), beginning())
    contacts: dict[int, list[Row]] = {}
    for row in baseline["contact"].values():
        contacts.setdefault(row["customer_id"], []).append(row)
    while True:
        region, industries = dice.pick(tuple(REGIONS)), dice.sample(tuple(INDUSTRIES), 2)
        chosen = [
            row
            for row in baseline["customer"].values()
            if row["region"] == region
            and row["industry"] in industries
            and tiers.tier_of(row["id"]) != "vip"
        ]
        reached = [row for row in chosen if _reason(row, contacts) is None]
        bent = [row for row in chosen if _reason(row, contacts) == "no_consent"]
        split = {row["industry"] for row in reached}
        if bent and len(split) > 1 and _FEWEST <= len(chosen) <= _MOST:
            break
    number = dice.pick(options["past"])
    returns = {each.campaign_id: each for each in campaign_returns(_campaigns(baseline))}
    return Drawn(
        params={
            "region": in_both(REGIONS[region]),
            "first": in_both(INDUSTRIES[industries[0]]),
            "second": in_both(INDUSTRIES[industries[1]]),
            "region_code": region,
            "industry_codes": ",".join(industries),
            "first_code": industries[0],
            "past": returns[number].name,
            "past_id": number,
        },
        key={
            "reached": [{"customer_id": row["id"]} for row in reached],
            "segment_id": own_id(0),
            "campaign_id": own_id(1),
            "bent": dice.pick(bent)["id"],
            "past": _facts(returns[number]),
        },
    )


def _campaigns(baseline: Baseline) -> Any:
    return source_of(baseline, ["campaign", "campaign_member"])


def _reason(row: Row, contacts: Mapping[int, Sequence[Row]]) -> str | None:
    """Return why a customer gets no mail; consent is asked last, so that it alone is missing."""
    own = contacts.get(row["id"], ())
    willing = [each for each in own if not each["has_opted_out"]]
    if own and not willing:
        return "opted_out"
    if not any(each["email"] for each in (row, *willing)):
        return "no_address"
    return exclusion(
        "email",
        consent=row["consent"],
        is_do_not_contact=bool(row["is_do_not_contact"]),
        retention=row["retention"],
    )


def _facts(past: CampaignReturn) -> dict[str, str]:
    return {
        "opened": str(past.opened_percent),
        "clicked": str(past.clicked_percent),
        "opened_of_sent": str(percent(past.opened, past.sent)),
        "clicked_of_sent": str(percent(past.clicked, past.sent)),
        "ratio": str(past.ratio),
        "profit": str(past.profit_ratio),
    }
