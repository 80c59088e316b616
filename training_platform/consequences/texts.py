"""What decisions and rules say to people."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from training_platform.assessment.rules import rungs_of
from training_platform.assessment.texts import rung_text
from training_platform.consequences.rules import MOST_POINTS, CaseState, Decision, RewardState
from training_platform.core.i18n import pick, translate


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


DECISIONS = {
    Decision.FURTHER_ATTEMPT: _l("Another attempt"),
    Decision.RETRAINING: _l("Retraining before another attempt"),
    Decision.COACHING: _l("One-to-one coaching"),
    Decision.ROLE_REVIEW: _l("Review of the job role with the line manager"),
    Decision.NO_ACTION: _l("Nothing further"),
}
CASE_STATES = {
    CaseState.OPEN: _l("To be decided"),
    CaseState.DECIDED: _l("Decided"),
    CaseState.SETTLED: _l("Settled"),
}
CASE_TONES = {CaseState.OPEN: "warn", CaseState.DECIDED: "ok", CaseState.SETTLED: "info"}
REWARD_STATES = {
    RewardState.PROPOSED: _l("Recommended"),
    RewardState.APPROVED: _l("Points given"),
    RewardState.DECLINED: _l("Points not given"),
    RewardState.WITHDRAWN: _l("Taken back"),
}
REWARD_TONES = {
    RewardState.PROPOSED: "accent",
    RewardState.APPROVED: "ok",
    RewardState.DECLINED: "bad",
    RewardState.WITHDRAWN: "info",
}
_BY_RULE = _("%(ladder)s, fail %(number)s: %(text)s")
_BY_NO_RULE = _("By the rules after a fail this went to human resources.")
_QUIZ = _("Quiz passed with distinction: %(points)s points.")
_PRACTICAL = _("Practical exam passed with at least %(percent)s %%: %(points)s points.")
_EXAM = _("Exam of theory and practice passed with distinction: %(points)s points.")
_FIRST = _("Only the first attempt counts.")


def case_rule(rule: Mapping[str, Any]) -> str:
    """Name the rung of the ladder that handed a fail to HR."""
    if not rule:
        return translate(_BY_NO_RULE)
    text = rung_text(rungs_of([rule])[0])
    return translate(_BY_RULE, ladder=pick(rule["ladder_name"]), number=rule["fail"], text=text)


def reward_rule(kind: str, rule: Mapping[str, Any]) -> str:
    """Name the rule that recommends points."""
    if kind == "exam_passed":
        points = min(rule["quiz_points"] + rule["practical_points"], MOST_POINTS)
        text = translate(_EXAM, points=points)
    elif kind == "quiz_passed":
        text = translate(_QUIZ, points=rule["quiz_points"])
    else:
        values = {"percent": rule["practical_percent"], "points": rule["practical_points"]}
        text = translate(_PRACTICAL, **values)
    return f"{text} {translate(_FIRST)}" if rule["first_try_only"] else text
