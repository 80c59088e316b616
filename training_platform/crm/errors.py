"""What can go wrong in the sandbox beyond what goes wrong everywhere."""

from dataclasses import dataclass

from training_platform.core.errors import ConflictError


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


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
