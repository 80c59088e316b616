"""What an entry of the library is made of. Pure."""

from enum import StrEnum


class Sort(StrEnum):
    """The two sorts of entries; the value is the name of the kind of content."""

    CASE = "case"
    FAQ = "faq"


#: The texts of each sort that are written in Markdown, in the order in which they are read.
PARTS: dict[Sort, tuple[str, ...]] = {
    Sort.CASE: ("situation", "action", "outcome"),
    Sort.FAQ: ("answer",),
}
FOLDERS: dict[Sort, str] = {Sort.CASE: "courses/cases", Sort.FAQ: "courses/faq"}


def path_of(sort: Sort, slug: str) -> str:
    """Return an entry's path below the content folder."""
    return f"{FOLDERS[sort]}/{slug}.yaml"


def id_of(sort: str, slug: str) -> str:
    """Return the key of an entry."""
    return f"{sort}/{slug}"
