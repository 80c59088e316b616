"""Addresses of the pages that home leads to. Fixed by the design, so hot pages need no url_for.

A test holds each of them against the routes of the application.
"""

from collections.abc import Iterable
from urllib.parse import urlencode

COURSES = "/courses/"
CURRICULUM = "/curriculum"
CERTIFICATES = "/certificates/"
QUIZZES = "/quizzes/"
RECORDS = "/archives/people"
ASSIGN = "/curricula/assign"
IMPORTS = "/admin/imports"
JOBS = "/admin/jobs"


def course(course_id: str) -> str:
    """Return the address of a course."""
    return f"/courses/{course_id}"


def lesson(lesson_id: str) -> str:
    """Return the address of a lesson, whose id holds its course."""
    return f"/courses/{lesson_id}"


def paper(paper_id: str) -> str:
    """Return the address where a quiz begins."""
    return f"/quizzes/{paper_id}"


def attempt(token: str) -> str:
    """Return the address of an attempt."""
    return f"/quizzes/attempts/{token}"


def certificate(code: str) -> str:
    """Return the address of one's certificate."""
    return f"/certificates/{code}"


def record(employee_id: int) -> str:
    """Return the address of somebody's training record."""
    return f"{RECORDS}/{employee_id}"


def staff_import(import_id: int) -> str:
    """Return the address of a staff import."""
    return f"{IMPORTS}/{import_id}"


def assign(employee_ids: Iterable[int]) -> str:
    """Return the page that assigns a course, the people already chosen."""
    return f"{ASSIGN}?{urlencode([('employee', each) for each in employee_ids])}"
