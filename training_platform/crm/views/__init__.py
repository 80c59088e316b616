"""Pages of the sandbox."""

from training_platform.crm import jobs  # noqa: F401  # its handlers register themselves
from training_platform.crm.views import (  # noqa: F401
    entry,
    imports,
    record,
    records,
    tasks,
    workspaces,
)
from training_platform.crm.views.blueprint import PLACES, bp, init_app

__all__ = ["PLACES", "bp", "init_app"]
