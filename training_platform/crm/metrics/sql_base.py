"""What every answer from the database begins with: the desk, and whose records are counted."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select, true

from training_platform.crm.desk import Desk
from training_platform.crm.metrics.shapes import SellerFact, Span
from training_platform.crm.models import Seller


class Asking:
    """Asks the workspace of a desk; owners narrows to these sellers' and nobody's records.

    What is grouped by has a label of its own: PostgreSQL would see two expressions that are equal
    but for their parameters as two.
    """

    def __init__(self, desk: Desk, owners: frozenset[int] | None = None) -> None:
        self._desk, self._owners = desk, owners
        #: Rows are typed by the shapes that they fill.
        self._execute: Callable[[Any], Any] = desk.session.execute

    @property
    def now(self) -> datetime:
        """Return the sandbox's own time."""
        return self._desk.now

    def sellers(self) -> Mapping[int, SellerFact]:
        """Return the sellers by id."""
        rows = self._execute(
            select(Seller.id, Seller.name, Seller.latin_name, Seller.team, Seller.role).order_by(
                Seller.id
            )
        )
        return {row[0]: SellerFact(*row[1:]) for row in rows}

    def among(self, owner: Any) -> ColumnElement[bool]:
        """Return the condition that a record is one of those that count."""
        if self._owners is None:
            return true()
        return or_(owner.is_(None), owner.in_(self._owners))


def within(column: Any, span: Span) -> ColumnElement[bool]:
    """Return the condition that an instant lies in a period."""
    return and_(column >= span.start, column < span.end)


def count_if(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """Return how many rows fulfil a condition."""
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
