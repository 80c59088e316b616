"""Words of keeping."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _l

from training_platform.records.retention.rules import PROOFS, CountsFrom, RunState


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


COUNTS_FROM: Mapping[CountsFrom, Any] = {
    CountsFrom.HAPPENED: _l("the day of the record"),
    CountsFrom.LEFT: _l("the day of leaving; nothing goes before"),
}
STATES: Mapping[RunState, Any] = {
    RunState.PLANNED: _l("Dry run"),
    RunState.RUNNING: _l("Running"),
    RunState.DONE: _l("Done"),
    RunState.CANCELLED: _l("Called off"),
}
TONES: Mapping[RunState, str | None] = {
    RunState.PLANNED: "info",
    RunState.RUNNING: "warn",
    RunState.DONE: "ok",
    RunState.CANCELLED: None,
}
#: The groups of records/texts.py have their words there; kinds of no group have these.
OTHER = _l("Everything else")
#: What is kept by the same table but is no record.
DOCUMENTS: Mapping[str, str] = {PROOFS: _("Signed proofs of a day")}
