"""What a proof found, in plain words."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from training_platform.practicals.proof_faults import FaultKind
from training_platform.practicals.proving import NOTHING, SOLUTION

WAYS = {NOTHING: _l("Nothing done"), SOLUTION: _l("The solution")}
LANGUAGES = {"zh": _l("Chinese"), "en": _l("English")}
FAULTS: Mapping[FaultKind, Any] = {
    FaultKind.STUCK: _l("A step does not lead where it should: %(said)s"),
    FaultKind.BRIEF: _l("The brief in %(language)s: %(said)s"),
    FaultKind.RAISED: _l("The check “%(check)s” breaks: %(said)s"),
    FaultKind.SLOW: _l("A check takes %(milliseconds)s ms; 200 ms is the most."),
    FaultKind.TWO_RESULTS: _l("Graded twice, the same work gets two results."),
    FaultKind.GRADER: _l("The grader fails: %(said)s"),
    FaultKind.UNTOUCHED: _l("Whoever does nothing gets %(points)s points; it must be 0."),
    FaultKind.NOT_WHOLE: _l("It gets %(points)s of 100 points and loses: %(found)s"),
    FaultKind.OTHER_LOSSES: _l("It loses: %(found)s. It should lose: %(expected)s"),
    FaultKind.GUESSED: _l("“%(check)s” is passed by an answer that names everything."),
    FaultKind.NEVER_LOST: _l(
        "No wrong solution loses “%(check)s”: nobody knows whether it finds anything."
    ),
    FaultKind.NEVER_SHOWN: _l("No wrong solution brings out this hint of “%(check)s”: %(said)s"),
    FaultKind.NONE_ALONE: _l("Each wrong solution loses several checks; one must lose only one."),
}


def way_text(name: str) -> str:
    """Return what a way is called: wrong solutions by the name that their author gave."""
    return str(WAYS.get(name, name))


def fault_text(fault: Mapping[str, Any], checks: Mapping[str, str]) -> tuple[str, str]:
    """Return where a fault was found, empty for the whole task, and what it is.

    checks holds what each check is called.
    """
    about = {key: _shown(key, value, checks) for key, value in fault["about"].items()}
    said = str(FAULTS[FaultKind(fault["kind"])]) % about
    where = [way_text(fault["way"])] if fault["way"] else []
    if fault["draw"]:
        number, language = fault["draw"]
        where.append(
            _("draw %(number)s in %(language)s", number=number + 1, language=LANGUAGES[language])
        )
    return ", ".join(where), said


def _shown(key: str, value: Any, checks: Mapping[str, str]) -> str:
    if key == "language":
        return str(LANGUAGES[value])
    if key == "check":
        return checks.get(value, value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "; ".join(checks.get(each, each) for each in value) or str(_("nothing"))
    return str(value)
