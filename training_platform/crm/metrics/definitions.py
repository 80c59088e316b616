"""What each figure of the sandbox means: its formula in words, and where the formula comes from.

Reports, lessons and graders name a metric by its id; nobody writes a formula a second time.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from training_platform.crm.metrics.thresholds import VERSION


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


@dataclass(frozen=True)
class Metric:
    """One metric: title, formula and remarks are message ids; source names who defined it so."""

    id: str
    title: str
    icon: str
    formula: str
    source: str
    #: The metric looks at a period that the reader chooses.
    has_period: bool = True
    version: int = VERSION


_ALL = (
    Metric(
        "funnel",
        _("Sales funnel"),
        "filter",
        _(
            "Reached: opportunities that ever entered this stage or a later one. Loss: those lost "
            "in this stage ÷ reached; open ones are counted apart. Conversion: reached the next "
            "stage ÷ reached this one, of those that are won or lost. Win rate: won ÷ won and "
            "lost. Dwell: mean days between entering and leaving."
        ),
        _("Stage table of the implementation guide; stage progression as in sales analytics"),
    ),
    Metric(
        "monthly_sales",
        _("Sales by month"),
        "chart-bar",
        _(
            "Paid orders that were not canceled, in the month of their payment: amount less "
            "refunds."
        ),
        _("Monthly sales report of the implementation guide"),
    ),
    Metric(
        "activity",
        _("Work of the sellers"),
        "phone",
        _(
            "Follow-ups done in the period, the different customers among them, the share with a "
            "next step, and tasks that are overdue now."
        ),
        _("Follow-up table of the implementation guide"),
    ),
    Metric(
        "rfm",
        _("RFM groups"),
        "users",
        _(
            "Recency: days since the last paid order. Frequency: paid orders in 12 months. "
            "Monetary: their amount less refunds. Each gets 1 to 5 points by the fixed limits "
            "below; 4 and 5 are high. High or low in the three gives the eight groups. By fifths "
            "instead: customers in order of the value, then of their number, in five groups of "
            "equal size; where that does not come out even, the lower groups have one more."
        ),
        _("Direct marketing's RFM with fixed limits, because quintiles mislead with few customers"),
        has_period=False,
    ),
    Metric(
        "value_matrix",
        _("Customer value matrix"),
        "columns-3",
        _(
            "Value: paid in 12 months less refunds; high from ¥100,000. Potential: open "
            "opportunities, each amount times its probability; high from ¥50,000."
        ),
        _("Tier limits of the implementation guide; two-by-two of value and potential"),
        has_period=False,
    ),
    Metric(
        "churn",
        _("Churn warning"),
        "alert-triangle",
        _(
            "Customers with at least three paid orders whose idle days are more than 90 and more "
            "than twice their own median interval; VIP customers from 90 idle days on. Apart: "
            "customers whose last signed contract ended and was not renewed."
        ),
        _(
            "Own rule: without a contract nobody says that he leaves, with one its end does "
            "(Fader and Hardie, 2009)"
        ),
        has_period=False,
    ),
    Metric(
        "repeat",
        _("Repeat purchase"),
        "refresh",
        _("Customers with two or more paid orders in the period ÷ customers with at least one."),
        _("Common retail definition"),
    ),
    Metric(
        "forecast",
        _("Forecast of three months"),
        "chart-line",
        _(
            "Pipeline: open opportunities by month of expected close, amount times the stage's "
            "probability, or the own one where a reason is given; lost ones count nothing. "
            "History: the same month a year ago (seasonal naive), and Holt-Winters with additive "
            "season. Each method is tested on the last three full months, told nothing of them. "
            "WAPE: sum of absolute errors ÷ sum of sales. MASE: mean absolute error ÷ that of "
            "seasonal naive within the months before; below 1 is better than usual."
        ),
        _(
            "Hyndman and Athanasopoulos, Forecasting: Principles and Practice; MASE: Hyndman and "
            "Koehler, 2006"
        ),
        has_period=False,
    ),
    Metric(
        "velocity",
        _("Sales velocity"),
        "bolt",
        _(
            "Opportunities open now × average amount of those won in the period × win rate ÷ days "
            "from opening to winning. Win rate: won ÷ won and lost of the period."
        ),
        _("Sales velocity as usual in sales analytics: four parts, each of which can be moved"),
    ),
    Metric(
        "lifetime_value",
        _("Lifetime value"),
        "coins",
        _(
            "So far: all paid orders less refunds. To come: for each of the next three years, "
            "sales of the last 12 months × 30 % margin × 0.8 kept per year ÷ 1.1 per year."
        ),
        _("Simple retention model (Gupta and Lehmann); its assumptions are printed"),
        has_period=False,
    ),
    Metric(
        "satisfaction",
        _("Satisfaction by agent"),
        "star",
        _("Share of 4 and 5 among the answered surveys (CSAT), their mean, and answered ÷ sent."),
        _("Usual CSAT: the two best marks of five"),
    ),
    Metric(
        "usage",
        _("Use of the CRM"),
        "history",
        _("Acts in the event log of this workspace by kind, and the days on which there were any."),
        _("The event log"),
        has_period=False,
    ),
    Metric(
        "targets",
        _("Targets and lag"),
        "target",
        _(
            "Progress: paid sales less refunds ÷ target of the period. Time share: elapsed part "
            "of the period. Lagging: progress more than 15 points below the time share. At this "
            "pace: paid so far ÷ days that are over × days of the period."
        ),
        _("Target breakdown with lag alert of the implementation guide"),
    ),
    Metric(
        "campaign_roi",
        _("Campaigns and return"),
        "send",
        _(
            "Delivered ÷ sent; the other rates on those delivered. Return: revenue ÷ cost, so "
            "1:4 is 4.00. Profit return: (30 % margin of the revenue − cost) ÷ cost."
        ),
        _("Campaign plan 1:4 of the training material; both readings are shown"),
        has_period=False,
    ),
    Metric(
        "service_levels",
        _("Ticket service levels"),
        "clock",
        _(
            "Of tickets received in the period: first response and solution by their due time ÷ "
            "those that are due or done; mean working hours (workdays, 9 to 18 o'clock) to both; "
            "solved at once: solved and never reopened ÷ solved."
        ),
        _("Service levels of the implementation guide"),
    ),
)

#: Every metric by its id.
METRICS: Mapping[str, Metric] = {metric.id: metric for metric in _ALL}
