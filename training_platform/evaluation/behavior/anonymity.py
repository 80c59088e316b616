"""What may be shown of ratings without telling who gave them. Pure; nothing else decides it.

When a round closes, the ratings of a group that are not shown yet become a **cell**, if they are at
least three. Groups that are too small on their own become one cell of "others" if they are three
together; else they wait for a later closing. A rating belongs to one cell at most, for ever, and
a cell says something about an area only if three of it observed the area. Every figure is
the mean of whole cells, and totals are made of shown figures only. So whoever subtracts one shown
figure from another is left with whole cells again, never with one or two people: neither
between groups, nor between a result and the one after a reopening.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import groupby

from training_platform.evaluation.behavior.rules import ANONYMOUS, NAMED, Area, Group, Levels, share

LEAST = 3
#: Small groups together.
OTHERS = "others"
#: The order in which columns stand.
COLUMNS = (Group.SUPERIOR.value, *(each.value for each in ANONYMOUS), OTHERS, Group.SELF.value)


@dataclass(frozen=True)
class Given:
    """One rating that was handed in; nothing in it tells who did. id is random."""

    id: int
    group: Group
    levels: Levels
    comments: Mapping[str, str] = field(default_factory=dict)
    overall_comment: str = ""
    #: Where it was released: "<column>:<number of the closing>"; None while it waits.
    cell: str | None = None


@dataclass(frozen=True)
class Figure:
    """The mean share of one column for one area, and how many observed it.

    count is None where even the number would say too much.
    """

    share: Fraction
    count: int | None
    #: How many gave each level, lowest first.
    spread: tuple[int, ...] = ()


@dataclass(frozen=True)
class Column:
    """What one group says: a figure for each area that may be shown, and what was written."""

    key: str
    figures: Mapping[str, Figure]
    comments: Mapping[str, Sequence[str]]
    overall_comments: Sequence[str]
    count: int | None

    @property
    def mean(self) -> Fraction | None:
        """Return the mean over the shown areas."""
        return mean(each.share for each in self.figures.values())


@dataclass(frozen=True)
class Shown:
    """A whole result: columns in their order, and the groups that stay hidden."""

    columns: Sequence[Column]
    hidden: Sequence[Group]

    def of_others(self, area: str) -> Fraction | None:
        """Return the mean of the shown columns for an area, the person's own left out."""
        return mean(
            each.figures[area].share
            for each in self.columns
            if each.key != Group.SELF and area in each.figures
        )


def cells_to_release(ratings: Iterable[Given], closing: int) -> dict[int, str]:
    """Return the cell of each rating that a closing releases, by the rating's id."""
    waiting = [each for each in ratings if each.cell is None]
    named = {each.id: f"{each.group}:{closing}" for each in waiting if each.group in NAMED}
    by_group = {group: [each.id for each in waiting if each.group is group] for group in ANONYMOUS}
    large = {
        ident: f"{group}:{closing}"
        for group, idents in by_group.items()
        if len(idents) >= LEAST
        for ident in idents
    }
    small = [ident for idents in by_group.values() if len(idents) < LEAST for ident in idents]
    merged = dict.fromkeys(small, f"{OTHERS}:{closing}") if len(small) >= LEAST else {}
    return named | large | merged


def shown_result(
    areas: Mapping[Group, Sequence[Area]],
    ratings: Sequence[Given],
    asked: Collection[Group],
    viewer_rated: Collection[Group] = (),
) -> Shown:
    """Return what a viewer may see of the ratings that were released.

    areas are those of each group's form, asked the groups in which somebody was asked: a group is
    called hidden whether nobody answered or too few did. viewer_rated are the groups in which the
    viewer rated too: she knows her own rating, so each cell needs one more for her.
    """
    columns = [
        column
        for key in COLUMNS
        if (column := _column(key, areas, ratings, _least(key, viewer_rated))) is not None
    ]
    keys = {each.key for each in columns}
    hidden = [each for each in ANONYMOUS if each in asked and each.value not in keys]
    return Shown(columns, [] if OTHERS in keys else hidden)


def counts_to_show(answered: Mapping[Group, int]) -> dict[Group, int | None]:
    """Return how many answered, by group, while a round runs; None where that would say too much.

    There is no sum beside them: it would give away the group that is missing.
    """
    return {
        group: count if group in NAMED or count >= LEAST else None
        for group, count in answered.items()
    }


def has_enough(answered: Mapping[Group, int]) -> bool:
    """Tell that every group that was asked would show on its own."""
    return all(count >= (1 if group in NAMED else LEAST) for group, count in answered.items())


def mean(shares: Iterable[Fraction]) -> Fraction | None:
    """Return the mean of shares, None of none."""
    found = list(shares)
    return sum(found, Fraction(0)) / len(found) if found else None


def _least(key: str, viewer_rated: Collection[Group]) -> int:
    if key in {each.value for each in NAMED}:
        return 1
    touched = set(ANONYMOUS) if key == OTHERS else {Group(key)}
    return LEAST + (1 if touched & set(viewer_rated) else 0)


def _column(
    key: str, areas: Mapping[Group, Sequence[Area]], ratings: Sequence[Given], least: int
) -> Column | None:
    """Return what the cells of one column say; None where it has none that may be shown."""
    cells = [cell for cell in _cells(key, ratings) if len(cell) >= least]
    if not cells:
        return None
    figures: dict[str, Figure] = {}
    comments: dict[str, list[str]] = {}
    for area in dict.fromkeys(each.id for some in areas.values() for each in some):
        # Who did not observe an area is no cover for those who did.
        open_cells = [
            cell
            for cell in cells
            if sum(each.levels.get(area) is not None for each in cell) >= least
        ]
        if not open_cells:
            continue
        figures[area] = _figure(key, area, areas, open_cells)
        comments[area] = _shuffled(
            area, [(each.id, each.comments.get(area, "")) for cell in open_cells for each in cell]
        )
    overall = [(each.id, each.overall_comment) for cell in cells for each in cell]
    count = None if key == OTHERS else sum(map(len, cells))
    return Column(key, figures, comments, _shuffled("", overall), count)


def _figure(
    key: str,
    area: str,
    areas: Mapping[Group, Sequence[Area]],
    cells: Sequence[Sequence[Given]],
) -> Figure:
    tops = {
        group: each.top_level for group, some in areas.items() for each in some if each.id == area
    }
    seen = [
        (level, tops[each.group])
        for cell in cells
        for each in cell
        if (level := each.levels.get(area)) is not None
    ]
    average = mean(share(level, top) for level, top in seen)
    assert average is not None  # noqa: S101  # a cell is not empty
    if key == OTHERS:
        return Figure(average, None)
    top = seen[0][1]
    spread = tuple(sum(level == each for level, _top in seen) for each in range(top + 1))
    return Figure(average, len(seen), spread)


def _cells(key: str, ratings: Sequence[Given]) -> list[list[Given]]:
    """Return the released cells of a column, each as its ratings."""
    own = [each for each in ratings if each.cell is not None and each.cell.split(":")[0] == key]
    own.sort(key=lambda each: (str(each.cell), each.id))
    return [list(some) for _cell, some in groupby(own, key=lambda each: each.cell)]


def _shuffled(salt: str, texts: Iterable[tuple[int, str]]) -> list[str]:
    """Return texts in an order that is the same each time and says nothing.

    Another one for each area: equal places in two lists would tell that one person wrote both.
    """

    def key(pair: tuple[int, str]) -> str:
        return hashlib.sha256(f"{salt}:{pair[0]}".encode()).hexdigest()

    return [text for _ident, text in sorted(texts, key=key) if text]
