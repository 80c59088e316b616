"""How kinds of training records read: a line with its title, an icon, a tone, a filter."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from training_platform.core.i18n import pick, translate
from training_platform.records.rules import Kind


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


@dataclass(frozen=True)
class KindText:
    """How one kind reads; group is the filter that it belongs to."""

    group: str
    icon: str
    tone: str | None
    line: str


TEXTS: dict[str, KindText] = {
    Kind.JOINED: KindText("work", "user-plus", "accent", _("Joined as %(title)s")),
    Kind.JOB_ROLE_CHANGED: KindText("work", "id", "accent", _("New job role: %(title)s")),
    Kind.LEFT: KindText("work", "logout", None, _("Left the company")),
    Kind.TRAINING_IMPORTED: KindText("earlier", "history", None, _("Earlier training: %(title)s")),
    Kind.LESSON_FINISHED: KindText("lessons", "book-2", None, _("Lesson: %(title)s")),
    Kind.COURSE_COMPLETED: KindText("courses", "school", "ok", _("Course completed: %(title)s")),
    Kind.CURRICULUM_COMPLETED: KindText(
        "courses", "trophy", "ok", _("Curriculum completed: %(title)s")
    ),
    Kind.RETRAINING_DUE: KindText("courses", "repeat", None, _("Retraining: %(title)s")),
    Kind.QUIZ_PASSED: KindText("quizzes", "clipboard-check", "ok", _("Quiz passed: %(title)s")),
    Kind.QUIZ_FAILED: KindText("quizzes", "clipboard-list", "bad", _("Quiz failed: %(title)s")),
    Kind.PRACTICAL_PASSED: KindText(
        "practicals", "target", "ok", _("Practical exam passed: %(title)s")
    ),
    Kind.PRACTICAL_FAILED: KindText(
        "practicals", "target", "bad", _("Practical exam failed: %(title)s")
    ),
    Kind.PRACTICE_COMPLETED: KindText(
        "mentoring", "notebook", "ok", _("Mentored practice: %(title)s")
    ),
    Kind.EXAM_PASSED: KindText("exams", "school", "ok", _("Exam passed: %(title)s")),
    Kind.EXAM_FAILED: KindText("exams", "school", "bad", _("Exam failed: %(title)s")),
    Kind.BEHAVIOR_ASSESSED: KindText("behavior", "users", "ok", _("Behavior assessed: %(title)s")),
    Kind.HR_CASE_OPENED: KindText(
        "quizzes", "flag", None, _("Handed to human resources: %(title)s")
    ),
    Kind.HR_CASE_DECIDED: KindText(
        "quizzes", "flag", None, _("Decision of human resources: %(title)s")
    ),
    Kind.REWARD_APPROVED: KindText("quizzes", "award", "ok", _("Performance points: %(title)s")),
    Kind.CERTIFICATE_ISSUED: KindText(
        "certificates", "certificate", "ok", _("Certificate: %(title)s")
    ),
    Kind.CERTIFICATE_REVOKED: KindText(
        "certificates", "circle-x", "bad", _("Certificate revoked: %(title)s")
    ),
    Kind.CERTIFICATE_SUPERSEDED: KindText(
        "certificates", "history", "warn", _("Certificate superseded: %(title)s")
    ),
    Kind.COACHING_HELD: KindText(
        "coaching", "message", "accent", _("One-to-one coaching: %(title)s")
    ),
    Kind.CONTEST_FINISHED: KindText("practicals", "trophy", None, _("Took part in: %(title)s")),
    Kind.SPOT_CHECK: KindText("coaching", "list-check", None, _("Spot check: %(title)s")),
    Kind.EXTERNAL_TRAINING: KindText(
        "external", "world", "ok", _("External training attended: %(title)s")
    ),
    Kind.EXTERNAL_TRAINING_REPORT: KindText(
        "external", "report", "ok", _("Report of an external training: %(title)s")
    ),
    Kind.EXTERNAL_TRAINING_FOLLOW_UP: KindText(
        "external", "history", None, _("Follow-up of an external training: %(title)s")
    ),
    Kind.SHARING_SESSION: KindText(
        "external", "presentation", None, _("Sharing session: %(title)s")
    ),
    Kind.CORRECTION: KindText("corrections", "pencil", None, _("Correction: %(title)s")),
}
OTHER = KindText("other", "circle", None, "%(title)s")

#: The filters of the timeline, in the order in which they stand.
GROUPS: dict[str, str] = {
    "courses": _("Courses"),
    "lessons": _("Lessons"),
    "quizzes": _("Quizzes"),
    "practicals": _("Practical tasks"),
    "exams": _("Combined exams"),
    "mentoring": _("Mentored practice"),
    "behavior": _("Behavior assessment"),
    "coaching": _("Coaching"),
    "external": _("External training"),
    "certificates": _("Certificates"),
    "earlier": _("Earlier trainings"),
    "work": _("Job role"),
    "corrections": _("Corrections"),
}
OUTCOMES: dict[str, str] = {
    "pass": _("Pass"),
    "passed": _("Pass"),
    "distinction": _("Distinction"),
    "fail": _("Not passed"),
    "failed": _("Not passed"),
    "reached": _("Goals reached"),
    "partly": _("Goals partly reached"),
    "not_reached": _("Goals not reached"),
}
ERASED = _("values erased")


def kinds_of(group: str) -> list[str]:
    """Return the kinds that a filter shows."""
    return [str(kind) for kind, text in TEXTS.items() if text.group == group]


def title_of(data: Mapping[str, Any] | None, subject: str, code: str | None = None) -> str:
    """Return what a record is about, in a language or else the page's."""
    if data is None:
        return translate(ERASED)
    return pick(data.get("title"), code) or subject
