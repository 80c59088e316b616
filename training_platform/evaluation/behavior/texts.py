"""What occasions, groups and states are called, and names as strangers may read them."""

from flask_babel import lazy_gettext as _l

from training_platform.core.i18n import language
from training_platform.core.text import given_name
from training_platform.evaluation.behavior.anonymity import OTHERS
from training_platform.evaluation.behavior.models import BehaviorRound
from training_platform.evaluation.behavior.rules import Group, Occasion, PlanFault, RoundState
from training_platform.people.models import Employee


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


OCCASIONS = {
    Occasion.TRAINING: _l("During a training"),
    Occasion.DAILY_WORK: _l("In daily work"),
}
STATES = {RoundState.OPEN: _l("Ratings are open"), RoundState.CLOSED: _l("Results are out")}
TONES = {RoundState.OPEN: "accent", RoundState.CLOSED: "ok"}
GROUPS = {
    Group.SUPERIOR: _l("Superior"),
    Group.COLLEAGUE: _l("Colleagues"),
    Group.CUSTOMER: _l("Customers"),
    Group.SELF: _l("Self-assessment"),
}
#: The same by the keys of columns.
COLUMNS = {group.value: text for group, text in GROUPS.items()} | {
    OTHERS: _l("Colleagues and customers together")
}
PLAN_FAULTS = {
    PlanFault.NO_NAME: _("Name the course or class."),
    PlanFault.BACKWARD: _("The period ends before it begins."),
    PlanFault.DUE_PAST: _("The day has passed. Choose a later one."),
    PlanFault.DUE_LATE: _("That is more than half a year away. Choose an earlier day."),
}


def record_title(found: BehaviorRound) -> dict[str, str]:
    """Return what a training record calls the assessment, in both languages."""
    span = f"{found.starts_on.isoformat()} – {found.ends_on.isoformat()}"
    if found.training_name:
        return {"zh": f"{found.training_name}（{span}）", "en": f"{found.training_name} ({span})"}
    return {"zh": f"日常工作（{span}）", "en": f"Daily work ({span})"}


def name_for_strangers(person: Employee) -> str:
    """Return the first name and nothing else: 玥 of 林玥, Yue of Lin Yue."""
    shown = person.name if language() == "zh" else person.name_latin or person.name
    given = given_name(person.name, shown)
    return given[1:] if given == person.name and not given.isascii() and given[1:] else given
