"""What content announces."""

from dataclasses import dataclass

from training_platform.core.events import Event


@dataclass(frozen=True)
class RevisionPublished(Event):
    """A new revision of an item is what people see from now on."""

    kind: str
    slug: str
    revision_id: int
    significant_revision: int
