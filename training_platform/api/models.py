"""接口令牌 API tokens: what opens the interface for programs, and what was read with each."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training_platform.core.db import Base
from training_platform.core.permissions import Permission
from training_platform.people.models import Employee


class ApiToken(Base):
    """接口令牌: opens some lists for one program, for one purpose, until a day.

    The token itself is shown once and never kept: here stands only its digest.
    """

    __tablename__ = "api_token"
    __table_args__ = (CheckConstraint("purpose <> ''", "has_purpose"),)
    read_permission = Permission.API_TOKEN_MANAGE

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    purpose: Mapped[str]
    #: What it opens, as rules.Resource values.
    scopes: Mapped[list[str]]
    token_digest: Mapped[str] = mapped_column(unique=True)
    #: The last signs, by which people tell their tokens apart.
    hint: Mapped[str]
    owner_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True)
    created_at: Mapped[datetime]
    expires_on: Mapped[date]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))

    owner: Mapped[Employee] = relationship(foreign_keys=[owner_id])
    revoked_by: Mapped[Employee | None] = relationship(foreign_keys=[revoked_by_id])


class ApiPull(Base):
    """接口调档: one answer of the interface: with which token, what was asked, how much it gave."""

    __tablename__ = "api_pull"
    __table_args__ = (Index("ix_api_pull_token_id_id", "token_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_id: Mapped[int] = mapped_column(ForeignKey("api_token.id"))
    resource: Mapped[str]
    asked: Mapped[dict[str, Any]]
    row_count: Mapped[int]
    network: Mapped[str | None]
    pulled_at: Mapped[datetime]
