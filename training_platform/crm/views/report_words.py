"""A report in an address and in words: what it names, what can be chosen, what it measures."""

from collections.abc import Mapping

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from training_platform.core.i18n import translate
from training_platform.crm.desk import Desk
from training_platform.crm.fields import CUSTOM_PREFIX
from training_platform.crm.metrics.periods import add_months, month_key, month_of
from training_platform.crm.queries.filters import read_filters, to_arguments
from training_platform.crm.registry import ENTITIES
from training_platform.crm.rules import reports as rules
from training_platform.crm.rules.reports import Definition, read_definition
from training_platform.crm.services.checking import custom_fields


def definition_in(arguments: MultiDict[str, str]) -> Definition | None:
    """Return the report that an address names; None where it names no entity yet."""
    entity = ENTITIES.get(arguments.get("of", ""))
    if entity is None:
        return None
    given = {name: arguments.getlist(name) for name in arguments}
    return read_definition(
        {
            "entity": entity.name,
            "period_field": arguments.get("by", ""),
            "period": arguments.get("period", ""),
            "filters": read_filters(entity, given),
            "groups": [name for name in (arguments.get("rows"), arguments.get("columns")) if name],
            "measure": arguments.get("measure", ""),
            "measure_field": arguments.get("sum", ""),
            "chart": arguments.get("chart", ""),
        }
    )


def address_values(definition: Definition) -> dict[str, str]:
    """Return the address values of a report; the inverse of definition_in."""
    groups = [*definition.groups, "", ""]
    return {
        "of": definition.entity,
        "by": definition.period_field,
        "period": definition.period,
        "rows": groups[0],
        "columns": groups[1],
        "measure": definition.measure,
        "sum": definition.measure_field,
        "chart": definition.chart,
        **to_arguments(dict(definition.filters)),
    }


def period_choices(desk: Desk) -> list[tuple[str, str]]:
    """Return the periods to choose from: moving ones, then quarters, months, years."""
    this = month_of(desk.now)
    months = [month_key(add_months(this, -at)) for at in range(18)]
    quarter = add_months(this, -((this.month - 1) % 3))
    quarters = [add_months(quarter, -3 * at) for at in range(8)]
    return [
        ("this_month", _("This month")),
        ("last_month", _("Last month")),
        ("last_3", _("Last 3 months")),
        ("last_12", _("Last 12 months")),
        ("this_year", _("This year")),
        *((f"{each.year}Q{each.month // 3 + 1}",) * 2 for each in quarters),
        *((month, month) for month in months),
        *((str(this.year - at),) * 2 for at in range(3)),
    ]


def group_choices(desk: Desk, entity_name: str) -> list[tuple[str, str]]:
    """Return what an entity's records can be grouped by, in words; own fields with a list last."""
    entity = ENTITIES[entity_name]
    special: Mapping[str, str] = {
        rules.MONTH: _("Month"),
        rules.TEAM: _("Team"),
        rules.TIER: _("Tier"),
        rules.TAGS: _("Tag"),
    }
    own = custom_fields(desk, entity_name) if "custom" in entity.fields else {}
    return [
        *(
            (name, special.get(name) or translate(entity.fields[name].label))
            for name in rules.group_names(entity)
        ),
        *((CUSTOM_PREFIX + key, known.label) for key, known in own.items() if known.choices),
    ]


def field_choices(entity_name: str, names: list[str]) -> list[tuple[str, str]]:
    """Return fields of an entity with their words."""
    fields = ENTITIES[entity_name].fields
    return [(name, translate(fields[name].label)) for name in names]


def sum_text(entity_name: str, name: str) -> str:
    """Return what is summed, in words."""
    if name == rules.NET:
        return str(_("Amount less refunds"))
    return translate(ENTITIES[entity_name].fields[name].label)


def is_money_of(definition: Definition) -> bool:
    """Tell whether a report's figures are amounts of money."""
    if definition.measure_field == rules.NET:
        return True
    field = ENTITIES[definition.entity].fields.get(definition.measure_field)
    return field is not None and field.kind.value == "money"


def measure_name(definition: Definition) -> str:
    """Return what a report counts, sums or averages, in words."""
    if definition.measure == "count":
        return str(_("Number of records"))
    field = sum_text(definition.entity, definition.measure_field)
    if definition.measure == "sum":
        return str(_("Sum: %(field)s", field=field))
    return str(_("Average: %(field)s", field=field))
