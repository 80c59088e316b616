"""Words for regrades: how results change, and how far the work is."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from training_platform.assessment.regrading import Change, RegradeState

CHANGES: Mapping[Change, Any] = {
    Change.LOST: _l("Would not pass"),
    Change.GAINED: _l("Passes now"),
    Change.UP: _l("More points"),
    Change.DOWN: _l("Fewer points"),
    Change.FAULT: _l("Cannot be graded anew"),
    Change.SAME: _l("The same"),
}
CHANGE_TONES: Mapping[Change, str | None] = {
    Change.LOST: "bad",
    Change.GAINED: "ok",
    Change.UP: "ok",
    Change.DOWN: "warn",
    Change.FAULT: "warn",
    Change.SAME: None,
}
STATES: Mapping[RegradeState, Any] = {
    RegradeState.PLANNING: _l("Comparing"),
    RegradeState.READY: _l("Waits for a decision"),
    RegradeState.APPLYING: _l("Being applied"),
    RegradeState.APPLIED: _l("In effect"),
    RegradeState.REVERTING: _l("Being taken back"),
    RegradeState.REVERTED: _l("Taken back"),
    RegradeState.DROPPED: _l("Dropped"),
}
STATE_TONES: Mapping[RegradeState, str | None] = {
    RegradeState.PLANNING: "info",
    RegradeState.READY: "accent",
    RegradeState.APPLYING: "info",
    RegradeState.APPLIED: "ok",
    RegradeState.REVERTING: "info",
    RegradeState.REVERTED: "warn",
    RegradeState.DROPPED: None,
}


def words() -> dict[str, Any]:
    """Return the words that every page of a regrade needs."""
    return {
        "changes": CHANGES,
        "change_tones": CHANGE_TONES,
        "states": STATES,
        "state_tones": STATE_TONES,
    }
