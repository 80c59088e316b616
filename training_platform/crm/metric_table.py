"""The table of metrics in docs/crm-metrics.md, written from the definitions."""

from collections.abc import Iterator

from training_platform.crm.field_table import in_both
from training_platform.crm.metrics import thresholds
from training_platform.crm.metrics.definitions import METRICS, Metric
from training_platform.crm.queries.metric_builders import BUILDERS

_INTRODUCTION = f"""\
# Metrics of the sandbox CRM

Written by `flask sandbox write-metrics` from `training_platform/crm/metrics/definitions.py`; a
test compares. Reports, the dashboard, lessons and graders name a metric by its id: nobody writes a
formula a second time. Limits, weights and assumptions are the numbers at the end
(`metrics/thresholds.py`, version {thresholds.VERSION}).

Each question that a metric asks is answered twice: as selects for both databases
(`metrics/sql_*.py`), and by a twin in plain Python (`metrics/twin.py`), which graders use on a
workspace's evidence. `tests/crm/test_metrics_twin.py` holds the two equal on workspaces that it
makes up. What is reckoned from the answers stands in `metrics/results.py`, `customers.py`,
`campaigns.py`, `forecast.py` and `velocity.py`, for both alike."""


def metric_table() -> str:
    """Return the whole file; needs an application, for the texts in both languages."""
    parts = [
        _INTRODUCTION,
        *(line for metric in METRICS.values() for line in _metric(metric)),
        *_numbers(),
    ]
    return "\n".join(parts) + "\n"


def _numbers() -> Iterator[str]:
    yield from ("", "## Numbers", "", "| name | value |", "|---|---|")
    for name, value in vars(thresholds).items():
        if name.isupper():
            shown = " · ".join(map(str, value)) if isinstance(value, tuple) else str(value)
            yield f"| `{name}` | {shown} |"


def _metric(metric: Metric) -> Iterator[str]:
    english, chinese = in_both(metric.title)
    builder = BUILDERS[metric.id]
    module = builder.__module__.rpartition(".")[2]
    period = "the period that the reader chooses" if metric.has_period else "as of now"
    yield from ("", f"## {english} {chinese} (`{metric.id}`)", "")
    formula, formula_zh = in_both(metric.formula)
    yield from (formula, "", formula_zh)
    yield from ("", f"- Source: {' · '.join(in_both(metric.source))}")
    yield f"- Looks at: {period}"
    yield f"- Page: `/crm/<workspace>/reports/metrics/{metric.id}` (`queries/{module}.py`)"
