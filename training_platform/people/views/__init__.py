"""Pages of people: signing in, one's own account, administration."""

from training_platform.people.views import (
    account,
    departments,
    employees,
    imports,
    links,
    second_factor,
    signing,
    watching,
)
from training_platform.people.views.base import PLACES, bp, init_app

__all__ = [
    "PLACES",
    "account",
    "bp",
    "departments",
    "employees",
    "imports",
    "init_app",
    "links",
    "second_factor",
    "signing",
    "watching",
]
