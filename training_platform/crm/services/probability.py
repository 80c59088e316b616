"""The probability of an opportunity: the stage's, unless somebody says why it is another one."""

from typing import Any

from training_platform.crm.registry import ENTITIES
from training_platform.crm.rules.stages import WAY
from training_platform.crm.rules.validation import NO_PROBABILITY_REASON, Fault
from training_platform.crm.services.stages import stage_percent

_NAMES = ("probability_percent", "probability_reason")


def check_probability(values: dict[str, Any], record: Any, errors: dict[str, Fault]) -> None:
    """Ask for the reason of a probability that is not the stage's: forecasts reckon with it."""
    before = [getattr(record, name, None) or None for name in _NAMES]
    percent, reason = (values.get(name, old) for name, old in zip(_NAMES, before, strict=True))
    usual = stage_percent(record.stage if record is not None else WAY[0])
    if reason or percent in {None, usual} or [percent, reason or None] == before:
        return
    name = next(name for name in reversed(_NAMES) if name in values)
    label = ENTITIES["opportunity"].fields[name].label
    told = {"field": label, "percent": f"{usual} %"}
    errors.setdefault(name, Fault("V00", NO_PROBABILITY_REASON, told))
