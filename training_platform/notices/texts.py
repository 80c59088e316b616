"""The kinds of notices: title, body and icon. Values are put in, in the reader's language.

Every kind names the values that its texts take; two-language values come as {zh, en}. Callers may
give more. A value that is missing shows as a dash, so an old notice never breaks a page.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from training_platform.core.i18n import pick, translate


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


@dataclass(frozen=True)
class NoticeText:
    """What a kind of notice says."""

    icon: str
    title: str
    body: str


class _Values(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "–"


TEXTS: dict[str, NoticeText] = {
    # title (the course), due (a day, or "")
    "course_assigned": NoticeText(
        "book-2",
        _("New course for you: %(title)s"),
        _("You can start right away; a lesson takes a few minutes."),
    ),
    "course_due_soon": NoticeText(
        "clock",
        _("Due soon: %(title)s"),
        _("There is still time: go on where you stopped."),
    ),
    "course_overdue": NoticeText(
        "alert-triangle",
        _("Overdue: %(title)s"),
        _("Please complete it soon, or talk to your department head if something is in the way."),
    ),
    # title (the course)
    "course_completed": NoticeText(
        "circle-check",
        _("You completed %(title)s"),
        _("It stands in your training record now."),
    ),
    "retraining_due": NoticeText(
        "repeat",
        _("Please take %(title)s again"),
        _("The course is open for you once more; the quiz opens when you have gone through it."),
    ),
    # title (the quiz), percent
    "quiz_passed": NoticeText(
        "circle-check",
        _("You passed %(title)s"),
        _("You reached %(percent)s %%. The review shows every question with its explanation."),
    ),
    # title (the quiz), percent
    "quiz_failed_makeup": NoticeText(
        "rotate",
        _("A makeup is open for %(title)s"),
        _("You reached %(percent)s %% this time. Read the review first, then take the makeup."),
    ),
    # title (the task), percent
    "practical_passed": NoticeText(
        "circle-check",
        _("You passed the practical exam %(title)s"),
        _("You reached %(percent)s %%. The result says what was seen at each check."),
    ),
    # title (the task), percent
    "practical_failed": NoticeText(
        "rotate",
        _("The practical exam %(title)s was not passed"),
        _("You reached %(percent)s %% this time. Read what was seen and what was wanted first."),
    ),
    # title (the task)
    "practical_held": NoticeText(
        "alert-triangle",
        _("An attempt at %(title)s waits for you: the grader failed"),
        _("Nothing is scored until the fault is mended. Open the attempt, and grade it again."),
    ),
    # name (the employee), title (the quiz)
    "hr_case_opened": NoticeText(
        "flag",
        _("A case needs you: %(name)s, %(title)s"),
        _("The fail ladder led to human resources. Please look at the record and decide."),
    ),
    # title (the exam)
    "hr_case_decided": NoticeText(
        "flag",
        _("Human resources has decided about %(title)s"),
        _("Human resources will tell you what comes next. The decision stands in your record."),
    ),
    # title (the exam), points
    "reward_approved": NoticeText(
        "award",
        _("Performance points for you: %(title)s"),
        _("You passed with distinction and get %(points)s points."),
    ),
    # title (the rubric), name (the trainee)
    "scoring_disagreed": NoticeText(
        "git-compare",
        _("Raters disagree: %(name)s, %(title)s"),
        _("Compare the two ratings and decide, with a reason. Who has rated cannot decide."),
    ),
    # title (the course or curriculum), code
    "certificate_issued": NoticeText(
        "certificate",
        _("Your certificate: %(title)s"),
        _("Its code is %(code)s. You can download it, print it or hand on its address."),
    ),
    # title, code, reason
    "certificate_revoked": NoticeText(
        "circle-x",
        _("A certificate of yours was revoked: %(title)s"),
        _("Code %(code)s. Reason: %(reason)s"),
    ),
    # old, new (names of job roles)
    "role_changed": NoticeText(
        "id",
        _("Your job role is now %(new)s"),
        _("Your curriculum follows. What you have completed stays completed."),
    ),
    # title (the course), name (who reminds), due
    "reminder_from_head": NoticeText(
        "bell",
        _("%(name)s reminds you of %(title)s"),
        _("Open the course and go on where you stopped."),
    ),
    # name (of the job), fault
    "job_failed": NoticeText(
        "alert-triangle",
        _("A background job failed: %(name)s"),
        _("It was tried several times. The job page shows what went wrong: %(fault)s"),
    ),
}


_DUE = _("Due on %(due)s.")


def title_of(kind: str, values: Mapping[str, Any]) -> str:
    """Return the title of a notice in the present language."""
    text = TEXTS.get(kind)
    return _fill(text.title, values) if text else kind


def body_of(kind: str, values: Mapping[str, Any]) -> str:
    """Return the body of a notice in the present language; a due day stands before it."""
    text = TEXTS.get(kind)
    body = _fill(text.body, values) if text else ""
    return f"{_fill(_DUE, values)} {body}" if values.get("due") not in {None, "", "–"} else body


def icon_of(kind: str) -> str:
    """Return the icon of a kind."""
    text = TEXTS.get(kind)
    return text.icon if text else "bell"


def _fill(text: str, values: Mapping[str, Any]) -> str:
    picked = {
        key: pick(value) if isinstance(value, Mapping) else value for key, value in values.items()
    }
    return translate(text) % _Values(picked)
