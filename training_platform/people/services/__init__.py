"""What people do with accounts, departments and rights: one function for each."""

from training_platform.people.services.departments import (
    change_department,
    create_department,
    move_department,
    rename_department,
)
from training_platform.people.services.employees import (
    EmployeeChanges,
    NewEmployee,
    change_job_role,
    create_employee,
    mark_left,
    reactivate,
    suspend,
    update_employee,
)
from training_platform.people.services.rights import grant_right, revoke_right
from training_platform.people.services.sessions import end_session, end_sessions, open_session

__all__ = [
    "EmployeeChanges",
    "NewEmployee",
    "change_department",
    "change_job_role",
    "create_department",
    "create_employee",
    "end_session",
    "end_sessions",
    "grant_right",
    "mark_left",
    "move_department",
    "open_session",
    "reactivate",
    "rename_department",
    "revoke_right",
    "suspend",
    "update_employee",
]
