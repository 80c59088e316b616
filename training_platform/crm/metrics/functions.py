"""What the two databases say differently."""

from typing import Any

from sqlalchemy import BigInteger
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement


class epoch(FunctionElement[int]):  # noqa: N801  # named as SQL names it
    """Whole seconds since 1970 of an instant."""

    type = BigInteger()
    inherit_cache = True
    name = "epoch"


@compiles(epoch, "sqlite")
def _on_sqlite(element: Any, compiler: Any, **known: Any) -> str:
    return f"CAST(strftime('%s', {compiler.process(element.clauses, **known)}) AS INTEGER)"


@compiles(epoch)
def _elsewhere(element: Any, compiler: Any, **known: Any) -> str:
    inner = compiler.process(element.clauses, **known)
    return f"CAST(floor(extract(epoch FROM {inner})) AS BIGINT)"
