"""What can go wrong in the sandbox beyond what goes wrong everywhere."""

from dataclasses import dataclass

from training_platform.core.errors import ConflictError, InvalidTransitionError


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


class ClosedError(InvalidTransitionError):
    """The work in this workspace was handed in, or its time is over."""

    text = _("This task is closed: it was handed in, or its time is over. Nothing was saved.")
    advice = _("You can still look at everything. The task's page shows what comes next.")


@dataclass(frozen=True)
class Deleted:
    """What the page of the conflict needs to know of a record that is no more."""

    entity: str
    is_deleted: bool = True


class DeletedError(ConflictError):
    """The record was deleted meanwhile, in another tab perhaps; what was typed stays readable."""

    text = _("This record was deleted meanwhile. Nothing was saved.")
    advice = _("Copy what you need of what you had entered, and go back to the list.")

    def __init__(self, entity: str) -> None:
        super().__init__(Deleted(entity))
