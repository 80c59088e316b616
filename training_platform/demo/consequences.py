"""What HR decided about the points that distinctions earn."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.consequences.models import RewardRecommendation
from training_platform.consequences.rules import RewardState
from training_platform.consequences.services import decide_recommendation
from training_platform.core.permissions import Person

#: The last few wait, so that the list is not empty.
STILL_WAITING = 6
DECLINED_EVERY = 9
NOT_NOW = "本季度加分名额已满，转入下一季度一并考虑。"


def decide_points(session: Session, hr: Person) -> None:
    """Give the points that are recommended, but for some; the newest wait."""
    waiting = session.scalars(
        select(RewardRecommendation)
        .where(
            RewardRecommendation.state == RewardState.PROPOSED,
            RewardRecommendation.employee_id != hr.id,
        )
        .order_by(RewardRecommendation.id)
    ).all()
    for found in waiting[:-STILL_WAITING]:
        is_declined = found.id % DECLINED_EVERY == 0
        decide_recommendation(
            session,
            found,
            hr,
            RewardState.DECLINED if is_declined else RewardState.APPROVED,
            NOT_NOW if is_declined else "",
            expected_version=found.version,
        )
