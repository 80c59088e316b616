"""Past trainings from a list: the file, what its columns are, what was found and written."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training_platform.core.db import Base
from training_platform.core.permissions import Permission
from training_platform.people.models import Employee
from training_platform.records.history.rules import ImportState


class HistoryImport(Base):
    """One list of past trainings."""

    __tablename__ = "history_import"
    read_permission = Permission.RECORD_IMPORT

    id: Mapped[int] = mapped_column(primary_key=True)
    #: None once the time of the file is over.
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id", ondelete="SET NULL"))
    file_name: Mapped[str]
    encoding: Mapped[str | None]
    header: Mapped[list[Any]]
    #: The field of each column, None for columns that are left out.
    mapping: Mapped[list[Any]]
    state: Mapped[ImportState]
    row_count: Mapped[int]
    #: Rows worked off by the step that runs.
    done_count: Mapped[int] = mapped_column(default=0)
    #: By the row's number in the file: field → {text, values} of what is wrong, or "known" for a
    #: row that the records know. At most a thousand of each are kept.
    problems: Mapped[dict[str, Any]]
    wrong_count: Mapped[int] = mapped_column(default=0)
    #: Rows that stand in the records already.
    known_count: Mapped[int] = mapped_column(default=0)
    written_count: Mapped[int] = mapped_column(default=0)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    created_by: Mapped[Employee] = relationship()

    __mapper_args__ = {"version_id_col": version}
