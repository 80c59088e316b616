"""Words for states, grounds, remedies and kinds of disputes."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from training_platform.assessment.disputes.rules import DisputeState, Ground, Remedy, Verdict

STATES: Mapping[DisputeState, Any] = {
    DisputeState.OPEN: _l("Waits for a decision"),
    DisputeState.UPHELD: _l("Upheld"),
    DisputeState.REJECTED: _l("Rejected"),
    DisputeState.WITHDRAWN: _l("Taken back"),
}
TONES: Mapping[DisputeState, str | None] = {
    DisputeState.OPEN: "info",
    DisputeState.UPHELD: "ok",
    DisputeState.REJECTED: "bad",
    DisputeState.WITHDRAWN: None,
}
GROUNDS: Mapping[Ground, Any] = {
    Ground.NOT_SEEN: _l("It is done as wanted, but was not seen"),
    Ground.ANOTHER_WAY: _l("It is done in another way that is right too"),
    Ground.UNCLEAR: _l("The wording can be read in two ways"),
    Ground.TECHNICAL: _l("Something technical went wrong"),
    Ground.OTHER: _l("Something else"),
}
REMEDIES: Mapping[Remedy, Any] = {
    Remedy.POINTS: _l("Points for this attempt"),
    Remedy.CHECK: _l("The check is wrong: it is corrected for everybody"),
}
#: Where a check that was wrong is corrected, and every attempt graded again; how that is offered.
REGRADED: Mapping[str, Any] = {
    "practical_attempt": _l("Upheld: the check itself is wrong, for everybody"),
    "quiz_attempt": _l("Upheld: the question itself is wrong, for everybody"),
}
VERDICTS: Mapping[Verdict, Any] = {
    Verdict.POINTS: _l("Upheld: give points in this attempt only"),
    Verdict.CHECK: REGRADED["practical_attempt"],
    Verdict.REJECT: _l("Rejected: the result stays"),
}
#: What was disputed, by kind of subject.
KINDS: Mapping[str, Any] = {
    "practical_attempt": _l("Practical task"),
    "quiz_attempt": _l("Quiz"),
}
