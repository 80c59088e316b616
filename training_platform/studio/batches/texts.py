"""What the pages of batches call things."""

from typing import Any

from flask_babel import lazy_gettext as _l

from training_platform.studio.batches.rules import BatchState, RowState

BATCHES: dict[BatchState, Any] = {
    BatchState.READING: _l("The file is being read"),
    BatchState.OPEN: _l("To be looked through"),
    BatchState.IN_REVIEW: _l("Waits for a second look"),
    BatchState.APPROVED: _l("Approved"),
    BatchState.PUBLISHING: _l("The questions are being published"),
    BatchState.PUBLISHED: _l("Published"),
    BatchState.UNDOING: _l("The questions are being taken back"),
    BatchState.UNDONE: _l("Taken back"),
}
ROWS: dict[RowState, Any] = {
    RowState.GOOD: _l("Good"),
    RowState.UNFINISHED: _l("Unfinished"),
    RowState.HERE: _l("Here already"),
    RowState.REFUSED: _l("Refused"),
    RowState.PUBLISHED: _l("Published"),
    RowState.UNDONE: _l("Taken back"),
    RowState.KEPT: _l("In use: it stays"),
}
TONES: dict[RowState, str] = {
    RowState.GOOD: "ok",
    RowState.UNFINISHED: "warn",
    RowState.HERE: "info",
    RowState.REFUSED: "bad",
    RowState.PUBLISHED: "ok",
    RowState.UNDONE: "info",
    RowState.KEPT: "warn",
}
