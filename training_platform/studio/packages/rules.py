"""How an item of a package stands to what is here, and whether it is brought in unasked. Pure."""

from collections.abc import Collection, Mapping
from enum import StrEnum


class Standing(StrEnum):
    """How an item of a package stands to what is here under its id."""

    NEW = "new"
    EQUAL = "equal"
    DIFFERS = "differs"
    #: It is a state that was published here before, and was improved since.
    OLDER = "older"
    #: Somebody has it under her pen: an open draft that says something else.
    IN_WORK = "in_work"
    #: The id belongs to something else here.
    TAKEN = "taken"


class Stop(StrEnum):
    """Why a draft keeps a whole course from being published."""

    MISTAKES = "mistakes"
    #: A task that this installation has not proved as it stands.
    UNPROVED = "unproved"
    #: Files or a colleague published the item since the draft began.
    BEHIND = "behind"
    UNCHANGED = "unchanged"
    IN_REVIEW = "in_review"
    NOT_LOOKED_AT = "not_looked_at"


#: What is ticked before anybody chooses: nothing that covers somebody's work, or goes back.
TICKED = frozenset({Standing.NEW, Standing.DIFFERS})
#: What can be brought in at all.
CHOOSABLE = frozenset(Standing) - {Standing.EQUAL}


def standing(
    theirs: Mapping[str, bytes],
    ours: Mapping[str, bytes] | None,
    written: Mapping[str, bytes] | None,
    *,
    was_published: bool,
    is_another: bool,
) -> Standing:
    """Tell how an item stands to what is published here, and to the open draft of it.

    was_published: these very files were published here once. is_another: nothing it is called is
    alike.
    """
    if ours is None and written is None:
        return Standing.NEW
    if theirs == (ours if written is None else written):
        return Standing.EQUAL
    if is_another:
        return Standing.TAKEN
    if written is not None:
        return Standing.IN_WORK
    return Standing.OLDER if was_published else Standing.DIFFERS


def changed_paths(theirs: Mapping[str, bytes], ours: Mapping[str, bytes]) -> list[str]:
    """Return the paths of files that are not the same on both sides."""
    return [
        path for path in sorted(theirs.keys() | ours.keys()) if theirs.get(path) != ours.get(path)
    ]


def gone(theirs: Collection[str], ours: Collection[str]) -> list[str]:
    """Return the paths that the item has here, but not in the package."""
    return sorted(set(ours) - set(theirs))
