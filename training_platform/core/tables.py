"""Lists: paged in SQL, always."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from flask import g, request, url_for
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

Row = TypeVar("Row")
PER_PAGE = 25
MAX_PAGE = 100_000
#: What url_for leaves as it is, too.
SAFE_IN_QUERY = "!$'()*,/:;?@"


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of a list."""

    rows: Sequence[Row]
    number: int
    per_page: int
    total: int

    @property
    def pages(self) -> int:
        """Return how many pages there are, at least one."""
        return max(1, -(-self.total // self.per_page))

    @property
    def first(self) -> int:
        """Return the number of the first row shown, 0 when there is none."""
        return (self.number - 1) * self.per_page + 1 if self.total else 0

    @property
    def last(self) -> int:
        """Return the number of the last row shown."""
        return min(self.number * self.per_page, self.total)

    def url_for(self, number: int) -> str:
        """Return the address of another page of this list, filters kept."""
        return with_query(page=number)


def page_number(arguments: Mapping[str, str] | None = None) -> int:
    """Return the page asked for, by the request or another address; anything odd is the first."""
    text = (request.args if arguments is None else arguments).get("page", "1")
    return min(max(int(text), 1), MAX_PAGE) if text.isascii() and text.isdigit() else 1


def paginate(
    session: Session,
    statement: Select[Any],
    *,
    per_page: int = PER_PAGE,
    convert: Callable[[Any], Any] | None = None,
) -> Page[Any]:
    """Run a select for the page asked for; convert turns a row into what is shown."""
    number = page_number()
    total = (
        session.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0
    )
    found = session.execute(statement.limit(per_page).offset((number - 1) * per_page)).all()
    rows = [row[0] if len(row) == 1 else row for row in found]
    return Page([convert(row) for row in rows] if convert else rows, number, per_page, total)


def stand_at(path: str) -> None:
    """Let the links of this page lead to an address: a refused act has none that can be read."""
    g.present_path = path


def with_query(**changes: Any) -> str:
    """Return the present address with some query values changed; None removes one."""
    values: dict[str, Any] = {**request.args.to_dict(), **changes}
    if request.endpoint is None:
        return request.path
    view_args = request.view_args or {}
    kept = {
        key: value
        for key, value in values.items()
        if value not in (None, "") and key not in view_args
    }
    path: str = g.get("present_path") or url_for(request.endpoint, **view_args)
    g.present_path = path
    return f"{path}?{urlencode(kept, safe=SAFE_IN_QUERY)}" if kept else path
