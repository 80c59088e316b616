"""What kinds, states, steps and acts are called."""

from flask_babel import lazy_gettext as _l

from training_platform.external_training.rules import (
    Act,
    Decision,
    FilePurpose,
    Kind,
    MoveKind,
    State,
    StepRole,
)

KINDS = {
    Kind.COURSE: _l("Training course"),
    Kind.SEMINAR: _l("Seminar"),
    Kind.LECTURE: _l("Lecture"),
}
STATES = {
    State.NOMINATED: _l("Nominated"),
    State.DECLINED: _l("Declined"),
    State.DRAFT: _l("Draft"),
    State.IN_APPROVAL: _l("In approval"),
    State.RETURNED: _l("Returned for changes"),
    State.WITHDRAWN: _l("Withdrawn"),
    State.REFUSED: _l("Refused"),
    State.APPROVED: _l("Approved"),
    State.CANCELLED: _l("Called off"),
    State.ATTENDED: _l("Attended, proof to be checked"),
    State.REPORT_DUE: _l("Report to be written"),
    State.REPORT_IN: _l("Report handed in"),
    State.CLOSED: _l("Closed"),
}
STATE_TONES = {
    State.NOMINATED: "accent",
    State.DECLINED: None,
    State.DRAFT: None,
    State.IN_APPROVAL: "info",
    State.RETURNED: "warn",
    State.WITHDRAWN: None,
    State.REFUSED: "bad",
    State.APPROVED: "ok",
    State.CANCELLED: None,
    State.ATTENDED: "info",
    State.REPORT_DUE: "warn",
    State.REPORT_IN: "info",
    State.CLOSED: "ok",
}
STEP_ROLES = {
    StepRole.HEAD: _l("Review by the department head"),
    StepRole.LEADER: _l("Approval by a company leader"),
    StepRole.HR: _l("Check by human resources"),
}
DECISIONS = {
    Decision.APPROVED: _l("Approve"),
    Decision.CONDITIONS: _l("Approve with conditions"),
    Decision.RETURNED: _l("Return for changes"),
    Decision.REFUSED: _l("Refuse"),
}
DECIDED = {
    Decision.APPROVED: (_l("Approved by %(name)s"), "check", "ok"),
    Decision.CONDITIONS: (_l("Approved with conditions by %(name)s"), "check", "ok"),
    Decision.RETURNED: (_l("Returned by %(name)s"), "arrow-back-up", "bad"),
    Decision.REFUSED: (_l("Refused by %(name)s"), "circle-x", "bad"),
}
#: The same in a narrow column, where the name stands beside it.
TAKEN = {
    Decision.APPROVED: _l("Approved"),
    Decision.CONDITIONS: _l("With conditions"),
    Decision.RETURNED: _l("Returned"),
    Decision.REFUSED: _l("Refused"),
}
PURPOSES = {
    FilePurpose.APPLICATION: _l("With the application"),
    FilePurpose.PROOF: _l("Proof of attendance"),
    FilePurpose.CERTIFICATE: _l("Certificate"),
    FilePurpose.MATERIAL: _l("Course material for colleagues"),
}
MOVES = {
    MoveKind.GRANT: _l("Granted"),
    MoveKind.TRANSFER_IN: _l("Transferred in"),
    MoveKind.TRANSFER_OUT: _l("Transferred out"),
    MoveKind.RESERVE: _l("Asked for"),
    MoveKind.RELEASE: _l("No longer asked for"),
    MoveKind.COMMIT: _l("Promised"),
    MoveKind.CANCEL: _l("Promise given back"),
    MoveKind.SETTLE: _l("Paid"),
}
#: What the timeline says of each thing that happened: text, icon, tone.
HAPPENED: dict[Act, tuple[object, str, str | None]] = {
    Act.ACCEPT: (_l("Nomination accepted by %(name)s"), "user-check", "ok"),
    Act.DECLINE: (_l("Nomination declined by %(name)s"), "user-x", "bad"),
    Act.SUBMIT: (_l("Submitted by %(name)s"), "send", "accent"),
    Act.TAKE_BACK: (_l("Taken back for changes by %(name)s"), "arrow-back-up", None),
    Act.WITHDRAW: (_l("Withdrawn by %(name)s"), "ban", None),
    Act.APPROVE: (_l("Approved by %(name)s"), "check", "ok"),
    Act.RETURN: (_l("Returned by %(name)s"), "arrow-back-up", "bad"),
    Act.REFUSE: (_l("Refused by %(name)s"), "circle-x", "bad"),
    Act.CANCEL: (_l("Called off by %(name)s"), "ban", "bad"),
    Act.ATTEND: (_l("Attendance reported by %(name)s"), "clipboard-check", "accent"),
    Act.CORRECT: (_l("Attendance sent back by %(name)s"), "arrow-back-up", "bad"),
    Act.CONFIRM: (_l("Attendance and costs confirmed by %(name)s"), "coins", "ok"),
    Act.HAND_IN: (_l("Report handed in by %(name)s"), "report", "accent"),
    Act.RETURN_REPORT: (_l("Report returned by %(name)s"), "arrow-back-up", "bad"),
    Act.CLOSE: (_l("Report accepted by %(name)s"), "circle-check", "ok"),
    Act.PLAN_SHARING: (_l("Sharing session planned by %(name)s"), "calendar-plus", None),
    Act.HOLD_SHARING: (_l("Sharing session held, noted by %(name)s"), "presentation", "ok"),
    Act.FOLLOW_UP: (_l("Follow-up by %(name)s"), "history", None),
}
REPORT_PARTS = (
    ("learned", _l("What I learned"), _l("The two or three things that matter for our work.")),
    ("use_at_work", _l("How I use it at work"), _l("What changes from now on, and by when.")),
    (
        "recommendation",
        _l("My recommendation"),
        _l("For whom it is worth it, and what one should know before."),
    ),
)
