"""Pages of the sandbox."""

from flask import Flask

from training_platform.crm import jobs  # noqa: F401  # its handlers register themselves
from training_platform.crm.views import (
    accounts,
    assignment,
    blueprint,
    campaigns,
    checkpoints,
    clock,
    conversion,
    deals,
    duplicates,  # noqa: F401
    entry,  # noqa: F401
    exports,
    imports,  # noqa: F401
    kanban,  # noqa: F401
    merging,  # noqa: F401
    pool,
    record,  # noqa: F401
    records,  # noqa: F401
    reports,  # noqa: F401
    rule_terms,
    selling,
    tasks,  # noqa: F401
    tickets,
    typed_fields,
    workspaces,  # noqa: F401
)
from training_platform.crm.views.blueprint import PLACES, bp

__all__ = ["PLACES", "bp", "init_app"]

#: Modules that fill slots of the pages, in the order in which they show.
_FILLING = (
    blueprint,
    typed_fields,
    clock,
    selling,
    deals,
    conversion,
    pool,
    assignment,
    rule_terms,
    checkpoints,
    tickets,
    exports,
    campaigns,
    accounts,
)


def init_app(app: Flask) -> None:
    """Wire the sandbox's pages into the application."""
    for module in _FILLING:
        module.init_app(app)
