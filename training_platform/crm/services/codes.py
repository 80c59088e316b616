"""Numbers that people read: XS001, C-00601; counted per workspace."""

from typing import Any

from sqlalchemy import func, select

from training_platform.crm.desk import Desk
from training_platform.crm.layering import ALL_LAYERS
from training_platform.crm.models import Layered


def next_code(desk: Desk, model: type[Layered]) -> str:
    """Return the next code of an entity in this workspace; the workspace's lock is held.

    The code of a deleted record is not given again. The desk remembers the last one, so that an
    import looks once.
    """
    prefix = model.code_prefix or ""
    last = desk.last_codes.get(model.entity) or _last_code(desk, model)
    digits = last[len(prefix) :] if last else "000"
    code = f"{prefix}{int(digits) + 1:0{len(digits)}d}"
    desk.last_codes[model.entity] = code
    return code


def _last_code(desk: Desk, model: type[Layered]) -> str | None:
    """Return the highest code of the dataset and the workspace, tombstones included.

    The dataset's codes are all as long as each other, so its index knows the last one; those of
    the workspace may have grown a digit.
    """
    column: Any = model.code  # type: ignore[attr-defined]
    longest = (func.length(column).desc(), column.desc())
    found = [
        desk.session.scalar(
            select(column)
            .where(
                model.layer_id == layer_id,
                column.startswith(model.code_prefix or "", autoescape=True),
            )
            .order_by(*order)
            .limit(1),
            execution_options={ALL_LAYERS: True},
        )
        for layer_id, order in ((desk.layer.base_id, longest[1:]), (desk.layer.id, longest))
    ]
    return max((code for code in found if code), key=lambda code: (len(code), code), default=None)
