"""员工 employees, 部门 departments, 岗位 job roles, 能力 competencies, 权限 rights, sessions."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training_platform.core.db import Base
from training_platform.core.permissions import Permission, Right


class EmployeeStatus(StrEnum):
    """Whether somebody may sign in."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    LEFT = "left"


class Department(Base):
    """部门. A tree; path holds the ids from the root down, each followed by a slash: /1/4/."""

    __tablename__ = "department"
    read_permission = Permission.DEPARTMENT_MANAGE

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[dict[str, Any]]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"), index=True)
    path: Mapped[str] = mapped_column(index=True)
    version: Mapped[int] = mapped_column(default=1)

    parent: Mapped["Department | None"] = relationship(remote_side="Department.id")

    __mapper_args__ = {"version_id_col": version}


class JobRole(Base):
    """岗位: data, not code. Each has its own curriculum."""

    __tablename__ = "job_role"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[dict[str, Any]]
    position: Mapped[int] = mapped_column(default=0)


class Competency(Base):
    """岗位能力: four levels described by behavior."""

    __tablename__ = "competency"

    id: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[dict[str, Any]]
    levels: Mapped[list[Any]]
    position: Mapped[int]


class CompetencyTarget(Base):
    """The level that a job role asks for."""

    __tablename__ = "competency_target"

    competency_id: Mapped[str] = mapped_column(ForeignKey("competency.id"), primary_key=True)
    job_role_id: Mapped[str] = mapped_column(ForeignKey("job_role.id"), primary_key=True)
    level: Mapped[int]


class Employee(Base):
    """员工."""

    __tablename__ = "employee"
    __table_args__ = (Index("ix_employee_department_id_status", "department_id", "status"),)
    read_permission = Permission.EMPLOYEE_READ

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_number: Mapped[str] = mapped_column(unique=True)
    username: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    name_latin: Mapped[str] = mapped_column(default="")
    email: Mapped[str]
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    job_role_id: Mapped[str | None] = mapped_column(ForeignKey("job_role.id"), index=True)
    manager_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"), index=True)
    hired_on: Mapped[date]
    job_role_since: Mapped[date]
    status: Mapped[EmployeeStatus] = mapped_column(default=EmployeeStatus.ACTIVE)
    #: The day on which she left, and when her name was taken off what is kept.
    left_on: Mapped[date | None]
    anonymized_at: Mapped[datetime | None]
    #: Folded name, Latin name, staff number and user name: what the search box looks through.
    search_text: Mapped[str] = mapped_column(default="")
    locale: Mapped[str | None]
    theme: Mapped[str] = mapped_column(default="system")
    timezone: Mapped[str | None]
    picture_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    password_hash: Mapped[str | None]
    must_change_password: Mapped[bool] = mapped_column(default=False)
    totp_secret: Mapped[str | None]
    totp_last_step: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]

    department: Mapped[Department] = relationship()
    job_role: Mapped[JobRole | None] = relationship()
    manager: Mapped["Employee | None"] = relationship(remote_side="Employee.id")
    grants: Mapped[list["AccessGrant"]] = relationship(
        back_populates="employee", foreign_keys="AccessGrant.employee_id"
    )

    __mapper_args__ = {"version_id_col": version}


class AccessGrant(Base):
    """权限: one access right of one person; a head's names the department, with its sub-tree."""

    __tablename__ = "access_grant"
    __table_args__ = (UniqueConstraint("employee_id", "right", "department_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True)
    right: Mapped[Right]
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))
    granted_at: Mapped[datetime]

    employee: Mapped[Employee] = relationship(back_populates="grants", foreign_keys=[employee_id])
    department: Mapped[Department | None] = relationship()


class UserSession(Base):
    """A signed-in browser. Only the digest of its token is kept."""

    __tablename__ = "user_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_digest: Mapped[str] = mapped_column(unique=True)
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str | None]
    network: Mapped[str | None]
    user_agent: Mapped[str]
    has_second_factor: Mapped[bool] = mapped_column(default=False)


class OneTimeLink(Base):
    """A link that works once and not for long: first sign-in, password reset."""

    __tablename__ = "one_time_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_digest: Mapped[str] = mapped_column(unique=True)
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True)
    purpose: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """Replaces the second factor once, when the telephone is lost."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True)
    digest: Mapped[str]
    used_at: Mapped[datetime | None]


class StaffImport(Base):
    """One staff list that was read: its rows, what they did, and whether it was undone."""

    __tablename__ = "staff_import"
    read_permission = Permission.IMPORT_MANAGE

    id: Mapped[int] = mapped_column(primary_key=True)
    file_name: Mapped[str]
    state: Mapped[str]  # checked, applied, undone
    rows: Mapped[list[Any]]
    changes: Mapped[list[Any]]
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))
    created_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}
