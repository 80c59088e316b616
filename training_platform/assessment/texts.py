"""What the rungs of a ladder say to people."""

from training_platform.assessment.rules import Rung, RungAction
from training_platform.core.i18n import translate


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


_TEXTS = {
    (RungAction.MAKEUP, False): _("A make-up with other questions opens at once."),
    (RungAction.MAKEUP, True): _("A make-up with other questions opens after %(hours)s hours."),
    (RungAction.RETRAINING, False): _(
        "Retraining: go through the lessons of the course once more. HR is told and talks to you. "
        "When the lessons are finished, or when HR opens it, there is another attempt."
    ),
    (RungAction.RETRAINING, True): _(
        "Retraining: go through the lessons of the course once more. HR is told and talks to you. "
        "%(hours)s hours after the lessons are finished, or when HR opens it, there is another "
        "attempt."
    ),
    (RungAction.HR_CASE, False): _("HR is told and talks to you. Only HR opens another attempt."),
}


def rung_text(rung: Rung) -> str:
    """Say in the page's language what follows on a rung."""
    waits = rung.wait_hours > 0 and rung.action is not RungAction.HR_CASE
    return translate(_TEXTS[rung.action, waits], hours=rung.wait_hours)


_KINDS = {
    "single_choice": _("One answer"),
    "multiple_choice": _("Several answers"),
    "true_false": _("True or false"),
    "short_answer": _("Short answer"),
    "numeric": _("A number"),
    "matching": _("Matching"),
    "ordering": _("Put in order"),
    "gap_text": _("Fill the gaps"),
}
_DIFFICULTIES = {
    "foundation": _("Foundation"),
    "applied": _("Application"),
    "advanced": _("Advanced"),
}


def kind_names() -> dict[str, str]:
    """Return the kinds of questions by their names in the page's language."""
    return {kind: translate(text) for kind, text in _KINDS.items()}


def difficulty_names() -> dict[str, str]:
    """Return the difficulties by their names in the page's language."""
    return {difficulty: translate(text) for difficulty, text in _DIFFICULTIES.items()}
