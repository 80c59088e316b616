"""Who may do what: the names of the permissions, and the table that the features fill."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, Protocol

from training_platform.core.errors import NotPermittedError

Predicate = Callable[[Any, Any], bool]


class Right(StrEnum):
    """An access right beside the job role. One person may hold several."""

    TRAINER = "trainer"
    MENTOR = "mentor"
    CRM_COACH = "crm_coach"
    DEPARTMENT_HEAD = "department_head"
    EXECUTIVE = "executive"
    HR = "hr"
    ADMIN = "admin"


#: Whoever holds one of these needs a second factor and a short session (design rule 12).
PRIVILEGED = frozenset(
    {Right.TRAINER, Right.DEPARTMENT_HEAD, Right.EXECUTIVE, Right.HR, Right.ADMIN}
)


class Permission(StrEnum):
    """Named <resource>:<action>; keep sorted."""

    ADMIN_OVERVIEW = "admin:overview"
    API_TOKEN_MANAGE = "api_token:manage"  # noqa: S105  # no password
    ARCHIVE_AUDIT = "archive:audit"
    ARCHIVE_PULL = "archive:pull"
    ARCHIVE_READ = "archive:read"
    ARCHIVE_SAVED = "archive:saved"
    ARCHIVE_SEARCH = "archive:search"
    ASSIGNMENT_MANAGE = "assignment:manage"
    ATTEMPT_READ = "attempt:read"
    ATTEMPT_REOPEN = "attempt:reopen"
    ATTEMPT_TAKE = "attempt:take"
    AUDIT_READ = "audit:read"
    BEHAVIOR_HOME = "behavior:home"
    BEHAVIOR_MANAGE = "behavior:manage"
    BEHAVIOR_PROPOSE = "behavior:propose"
    BEHAVIOR_RATE = "behavior:rate"
    BEHAVIOR_READ = "behavior:read"
    CERTIFICATE_READ = "certificate:read"
    CERTIFICATE_REVOKE = "certificate:revoke"
    CERTIFICATE_ISSUE = "certificate:issue"
    COACHING_CARE_MANAGE = "coaching_care:manage"
    COACHING_COACH = "coaching:coach"
    COACHING_PLAN_MANAGE = "coaching_plan:manage"
    COACHING_READ = "coaching:read"
    COACHING_SLOT_MANAGE = "coaching_slot:manage"
    COACHING_SLOT_READ = "coaching_slot:read"
    COACHING_USE = "coaching:use"
    COMPLIANCE_MANAGE = "compliance:manage"
    COMPLIANCE_READ = "compliance:read"
    CONSEQUENCE_DECIDE = "consequence:decide"
    CONSEQUENCE_READ = "consequence:read"
    CONTEST_ENTER = "contest:enter"
    CONTEST_READ = "contest:read"
    COURSE_READ = "course:read"
    CURRICULUM_MANAGE = "curriculum:manage"
    DEPARTMENT_MANAGE = "department:manage"
    DISPUTE_DECIDE = "dispute:decide"
    DISPUTE_OPEN = "dispute:open"
    DISPUTE_READ = "dispute:read"
    DISPUTE_WITHDRAW = "dispute:withdraw"
    EMPLOYEE_MANAGE = "employee:manage"
    EMPLOYEE_READ = "employee:read"
    EXAM_CORRECT = "exam:correct"
    EXAM_OVERSEE = "exam:oversee"
    EXAM_READ = "exam:read"
    EXAM_SITTING_READ = "exam_sitting:read"
    EXAM_SITTING_TAKE = "exam_sitting:take"
    EXTERNAL_TRAINING_BUDGET = "external_training:budget"
    EXTERNAL_TRAINING_CHECK = "external_training:check"
    EXTERNAL_TRAINING_DECIDE = "external_training:decide"
    EXTERNAL_TRAINING_DELEGATE = "external_training:delegate"
    EXTERNAL_TRAINING_MANAGE = "external_training:manage"
    EXTERNAL_TRAINING_OVERSEE = "external_training:oversee"
    EXTERNAL_TRAINING_OWN = "external_training:own"
    EXTERNAL_TRAINING_READ = "external_training:read"
    EXTERNAL_TRAINING_USE = "external_training:use"
    EXTRA_TIME_MANAGE = "extra_time:manage"
    IMPORT_MANAGE = "import:manage"
    JOB_READ = "job:read"
    LADDER_MANAGE = "ladder:manage"
    LESSON_FEEDBACK_READ = "lesson_feedback:read"
    LESSON_RATE = "lesson:rate"
    MAIL_READ = "mail:read"
    MENTORING_DESK = "mentoring:desk"
    MENTORING_GUIDE = "mentoring:guide"
    MENTORING_MANAGE = "mentoring:manage"
    MENTORING_OVERSEE = "mentoring:oversee"
    MENTORING_READ = "mentoring:read"
    MENTORING_TRAIN = "mentoring:train"
    MENTORING_USE = "mentoring:use"
    LIBRARY_READ = "library:read"
    NOTICE_MANAGE = "notice:manage"
    NOTICE_READ = "notice:read"
    PAPER_READ = "paper:read"
    PRACTICAL_ATTEMPT_READ = "practical_attempt:read"
    PRACTICAL_ATTEMPT_TAKE = "practical_attempt:take"
    PRACTICAL_OVERSEE = "practical:oversee"
    PRACTICAL_READ = "practical:read"
    PRACTICAL_REGRADE = "practical:regrade"
    QUESTION_OVERSEE = "question:oversee"
    QUESTION_REGRADE = "question:regrade"
    QUESTION_STATISTICS = "question:statistics"
    RECORD_CORRECT = "record:correct"
    RECORD_CORRECTION_DECIDE = "record_correction:decide"
    RECORD_CORRECTION_READ = "record_correction:read"
    RECORD_CORRECTION_REQUEST = "record_correction:request"
    RECORD_CORRECTION_WITHDRAW = "record_correction:withdraw"
    RECORD_ERASE = "record:erase"
    RECORD_IMPORT = "record:import"
    RECORD_READ = "record:read"
    RECORD_READ_ALL = "record:read_all"
    RETENTION_MANAGE = "retention:manage"
    REWARD_POLICY_MANAGE = "reward_policy:manage"
    RIGHT_GRANT = "right:grant"
    SCORING_RATE = "scoring:rate"
    SCORING_READ = "scoring:read"
    SCORING_RESOLVE = "scoring:resolve"
    SIGNED_IN = "signed_in"
    SPOT_CHECK_FIND = "spot_check:find"
    SPOT_CHECK_MAKE = "spot_check:make"
    STUDIO_HISTORY_READ = "studio:history_read"
    STUDIO_POLICY_MANAGE = "studio:policy_manage"
    STUDIO_PUBLISH = "studio:publish"
    STUDIO_USE = "studio:use"
    STYLEGUIDE_READ = "styleguide:read"
    TEAM_READ = "team:read"
    USAGE_READ = "usage:read"
    WORKSPACE_OVERSEE = "workspace:oversee"
    WORKSPACE_READ = "workspace:read"
    WORKSPACE_USE = "workspace:use"
    WORKSPACE_WRITE = "workspace:write"


class Person(Protocol):
    """Whoever acts: the signed-in viewer, or the platform itself."""

    @property
    def id(self) -> int | None:
        """The employee's id; None for the platform itself."""

    @property
    def rights(self) -> frozenset[str]:
        """The access rights held now."""

    @property
    def headed_paths(self) -> tuple[str, ...]:
        """The paths of the departments that the person heads."""


class _System:
    """The platform itself: jobs, commands, reactions."""

    id = None
    rights = frozenset({"system"})
    headed_paths: tuple[str, ...] = ()


SYSTEM: Person = _System()

_policy: dict[Permission, tuple[Predicate, ...]] = {}


def register(policy: Mapping[Permission, tuple[Predicate, ...]]) -> None:
    """Add a feature's rows to the table; raise ValueError where a row already stands otherwise."""
    for permission, predicates in policy.items():
        if _policy.get(permission, predicates) != predicates:
            raise ValueError(f"{permission} has two owners")
        _policy[permission] = predicates


def may(person: Any, subject: Any, *permissions: Permission) -> bool:
    """Tell whether the person holds one of the permissions on the subject.

    With the subject None it tells whether the area is open to the person at all; predicates
    therefore accept None. A permission without a row is held by nobody.
    """
    return any(
        holds(person, subject)
        for permission in permissions
        for holds in _policy.get(permission, ())
    )


def authorize(person: Any, subject: Any, *permissions: Permission) -> None:
    """Raise NotPermittedError unless the person holds one of the permissions on the subject."""
    if not may(person, subject, *permissions):
        raise NotPermittedError


def holds(*rights: Right) -> Predicate:
    """Return the predicate that one of the rights is held, whatever the subject."""
    wanted = frozenset(right.value for right in rights)
    return lambda person, _subject: not wanted.isdisjoint(person.rights)


def anybody(person: Any, _subject: Any) -> bool:
    """Tell that any signed-in person may."""
    return person.id is not None


def is_system(person: Any, _subject: Any) -> bool:
    """Tell that the platform itself acts."""
    return "system" in person.rights


def both(first: Predicate, second: Predicate) -> Predicate:
    """Return the predicate that holds where both hold."""
    return lambda person, subject: first(person, subject) and second(person, subject)


def is_within(path: str, roots: tuple[str, ...]) -> bool:
    """Tell whether a department's path lies in one of the sub-trees. Paths end with a slash."""
    return any(path.startswith(root) for root in roots)
