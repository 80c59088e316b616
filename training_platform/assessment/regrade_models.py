"""What regrades of tasks and of questions keep alike: how far they are, who decided, why."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, relationship

from training_platform.assessment.regrading import Change, RegradeState
from training_platform.core.permissions import Permission
from training_platform.people.models import Employee

#: The condition of the index by which one regrade at a time is under way.
STANDS_UNDER_WAY = text("state IN ('planning', 'ready', 'applying', 'reverting')")


class Regrade:
    """重判: a plan, the decision about it, and perhaps its end. A base of tables, none itself."""

    #: The package, as audit and jobs name it.
    area: ClassVar[str]
    decide_permission: ClassVar[Permission]

    id: Mapped[int] = mapped_column(primary_key=True)
    reason: Mapped[str]
    state: Mapped[RegradeState] = mapped_column(default=RegradeState.PLANNING)
    #: Of the work that runs: planning, applying or reverting.
    done_count: Mapped[int] = mapped_column(default=0)
    total_count: Mapped[int] = mapped_column(default=0)
    #: Whoever's own result it changes may not decide about it.
    concerned_ids: Mapped[list[Any]]
    planned_by_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    planned_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))
    decided_at: Mapped[datetime | None]
    reverted_by_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))
    reverted_at: Mapped[datetime | None]
    revert_reason: Mapped[str | None]
    version: Mapped[int] = mapped_column()

    def act(self, name: str) -> str:
        """Return what audit and jobs call something that is done to it."""
        return f"{self.area}.{name}"

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        """Let every change count the version up."""
        return {"version_id_col": cls.version}

    @declared_attr
    @classmethod
    def planned_by(cls) -> Mapped[Employee]:
        """Return who planned it."""
        return relationship(foreign_keys=f"{cls.__name__}.planned_by_id")

    @declared_attr
    @classmethod
    def decided_by(cls) -> Mapped[Employee | None]:
        """Return who put it into force, or dropped it."""
        return relationship(foreign_keys=f"{cls.__name__}.decided_by_id")

    @declared_attr
    @classmethod
    def reverted_by(cls) -> Mapped[Employee | None]:
        """Return who took it back."""
        return relationship(foreign_keys=f"{cls.__name__}.reverted_by_id")


class RegradeItem:
    """What a regrade does to one attempt. A base of tables, none itself."""

    id: Mapped[int] = mapped_column(primary_key=True)
    change: Mapped[Change]
    #: Why a pass is taken away, and who said so; None where it stays.
    taken_reason: Mapped[str | None]
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))

    @declared_attr
    @classmethod
    def taken_by(cls) -> Mapped[Employee | None]:
        """Return who takes the pass away."""
        return relationship(foreign_keys=f"{cls.__name__}.taken_by_id")
