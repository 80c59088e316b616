"""The pages of the ready-made reports on work: activity, satisfaction, usage, service levels."""

from flask_babel import gettext as _

from training_platform.core.i18n import translate
from training_platform.crm.choices import PRIORITIES
from training_platform.crm.metrics import results
from training_platform.crm.queries.metric_pages import (
    Chart,
    Link,
    Page,
    Shown,
    Table,
    plain,
    plotted,
    share,
)
from training_platform.crm.queries.report_groups import range_of
from training_platform.crm.texts import act_name


def activity(page: Page) -> Shown:
    """Show what each seller did."""
    found = sorted(page.source.work(page.span).items(), key=lambda each: -each[1].done)
    days = range_of(page.first, page.after)
    done = {f"done_at.{end}": day for end, day in days.items()}
    rows = [
        (
            Link(page.seller(owner), page.rows_of("activity", owner_id=owner, **done)),
            work.done,
            work.customers,
            share(results.percent(work.with_next_step, work.done)),
            work.overdue,
        )
        for owner, work in found
    ]
    count = sum(work.done for _owner, work in found)
    overdue = sum(work.overdue for _owner, work in found)
    planned = sum(work.with_next_step for _owner, work in found)
    foot = (_("Total"), count, "–", share(results.percent(planned, count)), overdue)
    columns = [
        (_("Seller"), False),
        (_("Follow-ups done"), True),
        (_("Customers"), True),
        (_("With a next step"), True),
        (_("Overdue tasks"), True),
    ]
    return Shown(
        [
            (_("Follow-ups done"), count, None),
            (_("Overdue tasks"), overdue, None),
        ],
        [
            Chart(
                "bars",
                _("Follow-ups by seller"),
                [(page.seller(owner), float(work.done), "") for owner, work in found],
            )
        ],
        [Table(_("Work by seller"), columns, rows, foot=foot)],
    )


def satisfaction(page: Page) -> Shown:
    """Show the marks that each agent got."""
    found = results.satisfaction(page.source, page.span)
    rows = [
        (
            page.seller(each.seller_id),
            each.answered,
            share(each.csat_percent),
            plain(each.mean),
            share(each.answered_percent),
        )
        for each in found
    ]
    columns = [
        (_("Agent"), False),
        (_("Surveys answered"), True),
        (_("CSAT"), True),
        (_("Mean mark"), True),
        (_("Answered of sent"), True),
    ]
    return Shown(
        [
            (_("Surveys sent"), sum(each.sent for each in found), None),
            (_("Surveys answered"), sum(each.answered for each in found), None),
        ],
        [
            Chart(
                "bars",
                _("CSAT by agent"),
                [
                    (page.seller(e.seller_id), plotted(e.csat_percent), str(e.answered))
                    for e in found
                ],
                "%",
                1,
            )
        ],
        [Table(_("Satisfaction by agent"), columns, rows)],
    )


def usage(page: Page) -> Shown:
    """Show what was done in this workspace."""
    found = page.source.usage()
    counts: dict[str, int] = {}
    for act, count in found.acts.items():
        counts[act_name(act)] = counts.get(act_name(act), 0) + count
    acts = sorted(counts.items(), key=lambda each: -each[1])
    return Shown(
        [(_("Acts"), sum(found.acts.values()), None), (_("Days with acts"), found.days, None)],
        [Chart("bars", _("Acts by kind"), [(act, float(count), "") for act, count in acts])]
        if acts
        else (),
    )


def service_levels(page: Page) -> Shown:
    """Show how far the promised times were kept."""
    found = results.service_levels(page.source, page.span)
    days = range_of(page.first, page.after)
    received = {f"received_at.{end}": day for end, day in days.items()}
    rows = [
        (
            Link(
                translate(PRIORITIES.get(each.priority, each.priority)),
                page.rows_of("ticket", priority=each.priority, **received),
            ),
            each.fact.received,
            share(each.response_percent),
            plain(each.response_hours),
            share(each.solution_percent),
            plain(each.solution_hours),
            share(each.at_once_percent),
        )
        for each in found
    ]
    foot = (_("Total"), sum(each.fact.received for each in found), "", "", "", "", "")
    columns = [
        (_("Priority"), False),
        (_("Received"), True),
        (_("Response in time"), True),
        (_("Working hours to the response"), True),
        (_("Solution in time"), True),
        (_("Working hours to the solution"), True),
        (_("Solved at once"), True),
    ]
    return Shown(
        charts=[
            Chart(
                "bars",
                _("Solution in time by priority"),
                [
                    (
                        translate(PRIORITIES.get(e.priority, e.priority)),
                        plotted(e.solution_percent),
                        f"{e.fact.solution_in_time} / {e.fact.solution_due}",
                    )
                    for e in found
                ],
                "%",
                1,
            )
        ]
        if found
        else (),
        tables=[Table(_("Service levels by priority"), columns, rows, foot=foot)],
    )
