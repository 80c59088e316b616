"""Where a history import stands, and what its columns are. Pure."""

from enum import StrEnum


class ImportState(StrEnum):
    """Where an import stands."""

    MAPPING = "mapping"
    CHECKING = "checking"
    CHECKED = "checked"
    RUNNING = "running"
    DONE = "done"
    REVERTING = "reverting"
    REVERTED = "reverted"


#: What a job works on.
BUSY = (ImportState.CHECKING, ImportState.RUNNING, ImportState.REVERTING)
