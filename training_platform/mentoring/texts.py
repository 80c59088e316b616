"""What states, kinds, goals and acts are called."""

from flask_babel import lazy_gettext as _l

from training_platform.mentoring.rules import Act, GoalStatus, Kind, Share, State, Verdict

KINDS = {
    Kind.PROJECT: _l("Project"),
    Kind.SERVICE: _l("Service work"),
    Kind.CROSS_DEPARTMENT: _l("Work across departments"),
}
STATES = {
    State.PROPOSED: _l("Proposed"),
    State.RUNNING: _l("In progress"),
    State.HANDED_IN: _l("Report handed in"),
    State.SIGNED_OFF: _l("Signed off"),
    State.CANCELLED: _l("Cancelled"),
}
STATE_TONES = {
    State.PROPOSED: "accent",
    State.RUNNING: "info",
    State.HANDED_IN: "warn",
    State.SIGNED_OFF: "ok",
    State.CANCELLED: None,
}
GOAL_STATUSES = {
    GoalStatus.OPEN: _l("Not begun"),
    GoalStatus.UNDER_WAY: _l("Under way"),
    GoalStatus.DONE: _l("Done, as I see it"),
}
GOAL_TONES = {GoalStatus.OPEN: None, GoalStatus.UNDER_WAY: "info", GoalStatus.DONE: "accent"}
VERDICTS = {
    Verdict.REACHED: _l("Fully reached"),
    Verdict.PARTLY: _l("Partly reached"),
    Verdict.NOT_REACHED: _l("Not reached"),
}
VERDICT_TONES = {Verdict.REACHED: "ok", Verdict.PARTLY: "warn", Verdict.NOT_REACHED: "bad"}
SHARES = {
    Share.NOT_SHARED: _l("Not shared"),
    Share.OFFERED: _l("Waits for the mentor"),
    Share.SHARED: _l("Shared"),
}

#: What the timeline says of each thing that happened: text, icon, tone.
HAPPENED: dict[str, tuple[object, str, str | None]] = {
    "created": (_l("Created by %(name)s"), "plus", "accent"),
    "entry": (_l("Log entry by %(name)s"), "notebook", None),
    "correction": (_l("Log entry corrected by %(name)s"), "pencil", None),
    "comment": (_l("Comment by %(name)s"), "message", None),
    "question": (_l("Question by %(name)s"), "message-question", "accent"),
    "answer": (_l("Answer by %(name)s"), "message", "ok"),
    Act.ACCEPT: (_l("Accepted by %(name)s"), "check", "ok"),
    Act.EDIT: (_l("Changed by %(name)s"), "pencil", None),
    Act.CANCEL: (_l("Cancelled by %(name)s"), "ban", "bad"),
    Act.MARK_GOALS: (_l("Goals brought up to date by %(name)s"), "target", None),
    Act.HAND_IN: (_l("Report handed in by %(name)s"), "send", "accent"),
    Act.RETURN: (_l("Report returned by %(name)s"), "arrow-back-up", "bad"),
    Act.SIGN_OFF: (_l("Signed off by %(name)s"), "circle-check", "ok"),
    Act.OFFER_SHARING: (_l("%(name)s would like to share the report"), "users", None),
    Act.ALLOW_SHARING: (_l("%(name)s agreed to share the report"), "users", "ok"),
    Act.REFUSE_SHARING: (_l("%(name)s did not agree to share the report"), "users", None),
    Act.END_SHARING: (_l("Report taken back by %(name)s"), "users", None),
}

#: The parts of a closing report: name, title, what belongs there.
PARTS = (
    (
        "done",
        _l("The work done"),
        _l("The steps in their order, with figures where there are any."),
    ),
    (
        "results",
        _l("Results against the goals"),
        _l("Goal by goal: what was reached, and by what one sees it."),
    ),
    (
        "learned",
        _l("What I learned"),
        _l("What you would do the same way again, and what differently."),
    ),
    (
        "recommended",
        _l("What I recommend to others"),
        _l("One or two things that colleagues can use tomorrow."),
    ),
)
