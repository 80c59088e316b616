"""What forms about each goal of a practice share."""

from typing import Any

from flask_babel import gettext

from training_platform.core.forms import VersionedForm
from training_platform.mentoring.models import PracticeGoal


class GoalsForm(VersionedForm):
    """A form with fields for each goal."""

    def of_goals(self, prefix: str) -> dict[int, Any]:
        """Return what was chosen or written for each goal, by the goal's id."""
        return {
            int(each.name.removeprefix(prefix)): each.data
            for each in self
            if each.name.startswith(prefix) and each.data
        }


def goal_label(goal: PracticeGoal) -> str:
    """Return what a field about a goal is called."""
    label: str = gettext("Goal %(number)s: %(text)s", number=goal.position, text=goal.text)
    return label
