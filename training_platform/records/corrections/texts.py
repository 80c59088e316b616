"""Words of corrections: states, effects, values."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from training_platform.core.i18n import translate
from training_platform.records.corrections.rules import CorrectionState, Value
from training_platform.records.rules import FAILED, PASSED, Effect


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


STATES: Mapping[CorrectionState, Any] = {
    CorrectionState.REQUESTED: _l("Correction asked for"),
    CorrectionState.PROPOSED: _l("Waits for the second person"),
    CorrectionState.APPLIED: _l("Corrected"),
    CorrectionState.REFUSED: _l("Not corrected"),
    CorrectionState.WITHDRAWN: _l("Taken back"),
}
TONES: Mapping[CorrectionState, str | None] = {
    CorrectionState.REQUESTED: "info",
    CorrectionState.PROPOSED: "warn",
    CorrectionState.APPLIED: "ok",
    CorrectionState.REFUSED: "bad",
    CorrectionState.WITHDRAWN: None,
}
EFFECTS: Mapping[Effect, Any] = {
    Effect.VALUES: _l("A detail is wrong; the record still counts"),
    Effect.VOID: _l("It did not happen; the record no longer counts"),
    Effect.TURNED: _l("Passed and failed are mixed up; a new record takes its place"),
}
#: What the form offers for a record that says this.
TURNS: Mapping[str, Any] = {
    PASSED: _l("It was not passed: the pass no longer counts, a fail stands in its place"),
    FAILED: _l("It was passed: the fail no longer counts, a pass stands in its place"),
}
OUTCOMES: Mapping[str, str] = {PASSED: _("Pass"), FAILED: _("Not passed")}
VALUES: Mapping[str, str] = {
    Value.DAY.value: _("Day"),
    Value.PERCENT.value: _("Result"),
    Value.MINUTES.value: _("Hours"),
    Value.OUTCOME.value: _("Pass or fail"),
}


def value_text(name: str, value: Any) -> str:
    """Return a value as a person reads it; a dash where there is none."""
    if value is None or not isinstance(value, (str, int, float)):
        return "–"
    if name == Value.OUTCOME.value:
        return translate(OUTCOMES.get(str(value), str(value)))
    if name == Value.PERCENT.value:
        return f"{value:g} %" if not isinstance(value, str) else f"{value} %"
    if name == Value.MINUTES.value and not isinstance(value, str):
        return translate(_("%(hours)s hours")) % {"hours": f"{value / 60:g}"}
    return str(value)


def changes_of(values: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return label, old and new text of each changed value; values hold pairs by Value."""
    return [
        (translate(VALUES[name]), value_text(name, pair[0]), value_text(name, pair[1]))
        for name, pair in values.items()
        if name in VALUES and len(pair) == 2
    ]
