"""The pages of the ready-made reports on what is to come: forecast, velocity, targets."""

from datetime import date

from flask_babel import gettext as _

from training_platform.core.i18n import translate
from training_platform.crm.choices import TARGET_SCOPES
from training_platform.crm.metrics import forecast, periods, results
from training_platform.crm.metrics import velocity as speed
from training_platform.crm.metrics.shapes import ZERO
from training_platform.crm.queries.filters import EMPTY
from training_platform.crm.queries.metric_pages import (
    Chart,
    Link,
    Page,
    Shown,
    Table,
    large,
    large_unit,
    money,
    plain,
    plotted,
    share,
    team_name,
    whole,
)
from training_platform.crm.queries.report_groups import range_of
from training_platform.crm.queries.sales_builders import paid_in
from training_platform.crm.rules.stages import OPEN

#: The filters by which a list shows open opportunities only.
_OPEN = {"stage": ",".join(OPEN), "closed_at": EMPTY}


def forecast_page(page: Page) -> Shown:
    """Show three months to come, the history, and how the methods would have done."""
    found = forecast.forecast(page.source)
    rows = [
        (
            Link(
                periods.month_key(month.month), page.rows_of("opportunity", **_due_in(month.month))
            ),
            money(month.open_amount),
            money(month.pipeline),
            money(month.seasonal_naive),
            money(month.holt_winters),
        )
        for month in found.months
    ]
    history = [(periods.month_key(m)[2:], large(net), "") for m, net in found.history[-12:]]
    coming = [(periods.month_key(m.month)[2:], large(m.holt_winters), "") for m in found.months]
    return Shown(
        [
            (_("Weighted pipeline"), whole(sum((m.pipeline for m in found.months), ZERO)), None),
            (
                _("By season of last year"),
                whole(sum((m.seasonal_naive for m in found.months), ZERO)),
                _missed(found, "seasonal_naive"),
            ),
            (
                _("Holt-Winters"),
                whole(sum((m.holt_winters for m in found.months), ZERO)),
                _missed(found, "holt_winters"),
            ),
        ],
        [
            Chart(
                "line",
                _("Sales of twelve months, then three forecast ones"),
                [*history, *coming],
                large_unit(),
                expected=len(coming),
            )
        ],
        [
            Table(
                _("Three months to come"),
                [
                    (_("Month"), False),
                    (_("Open amount"), True),
                    (_("Weighted pipeline"), True),
                    (_("By season of last year"), True),
                    (_("Holt-Winters"), True),
                ],
                rows,
            ),
            _back_test(page, found),
        ],
        [_("Open without a date to come: %(amount)s", amount=money(found.undated))],
    )


def _missed(found: forecast.Forecast, method: str) -> str:
    wape, mase = share(found.wape[method]), plain(found.mase[method])
    return str(_("WAPE %(share)s · MASE %(mase)s", share=wape, mase=mase))


def _due_in(month: date) -> dict[str, str]:
    days = range_of(month, periods.add_months(month, 1))
    return {**{f"expected_close_on.{end}": day for end, day in days.items()}, **_OPEN}


def _back_test(page: Page, found: forecast.Forecast) -> Table:
    """Show the last full months beside what each method would have said of them."""
    rows = [
        (
            Link(periods.month_key(each.month), page.rows_of("order", **paid_in(each.month))),
            money(each.actual),
            money(each.seasonal_naive),
            money(each.holt_winters),
        )
        for each in found.tested
    ]
    columns = [
        (_("Month"), False),
        (_("Net sales"), True),
        (_("By season of last year"), True),
        (_("Holt-Winters"), True),
    ]
    return Table(_("How the methods would have done"), columns, rows)


def velocity(page: Page) -> Shown:
    """Show what the open opportunities bring a day, and the four parts it is made of."""
    total, *teams = speed.velocities(page.source, page.span)
    columns = [
        (_("Team"), False),
        (_("Open now"), True),
        (_("Won"), True),
        (_("Lost"), True),
        (_("Win rate"), True),
        (_("Average won"), True),
        (_("Days to win"), True),
        (_("Sales a day"), True),
    ]
    chart = Chart(
        "bars",
        _("Expected sales a day by team"),
        [(team_name(each.team or ""), _large_or_none(each), "") for each in teams],
        large_unit(),
        2,
    )
    return Shown(
        [
            (_("Sales a day"), money(total.per_day), None),
            (_("Open now"), total.deals.open, None),
            (_("Average won"), money(total.average), None),
            (_("Win rate"), share(total.win_percent), _("of won and lost ones")),
            (_("Days to win"), plain(total.cycle_days), None),
        ],
        [chart] if teams else (),
        [
            Table(
                _("Velocity by team"),
                columns,
                [_velocity_row(page, each) for each in teams],
                foot=_velocity_row(page, total),
            )
        ],
    )


def _large_or_none(each: speed.Velocity) -> float | None:
    return None if each.per_day is None else large(each.per_day)


def _velocity_row(page: Page, each: speed.Velocity) -> tuple[object, ...]:
    days = range_of(page.first, page.after)
    closed = {f"closed_at.{end}": day for end, day in days.items()}
    whose = {} if each.team is None else {"owner_id": page.members(each.team)}

    def rows(count: int, **filters: str) -> object:
        return Link(str(count), page.rows_of("opportunity", **whose, **filters)) if count else 0

    return (
        _("Total") if each.team is None else team_name(each.team),
        rows(each.deals.open, **_OPEN),
        rows(each.deals.won, stage="won", **closed),
        rows(each.deals.lost, stage="lost", **closed),
        share(each.win_percent),
        money(each.average),
        plain(each.cycle_days),
        money(each.per_day),
    )


def targets(page: Page) -> Shown:
    """Show progress against the time that is over: of a whole year, or of the last month."""
    is_year = periods.add_months(page.first, 12) == page.after and page.first.month == 1
    last = min(periods.add_months(page.after, -1), periods.month_of(page.desk.now))
    key = str(page.first.year) if is_year else periods.month_key(last)
    found = results.target_states(page.source, key)
    names = [_target_name(page, state) for state in found]
    has_teams = any(state.scope != "seller" for state in found)
    rows = [
        (
            name,
            money(state.target),
            money(state.actual),
            share(state.progress_percent),
            money(state.gap),
            money(state.run_rate),
            _target_word(state),
        )
        for name, state in zip(names, found, strict=True)
    ]
    columns = [
        (_("For"), False),
        (_("Target"), True),
        (_("Paid so far"), True),
        (_("Progress"), True),
        (_("Missing"), True),
        (_("At this pace"), True),
        (_("State"), False),
    ]
    time_share = found[0].time_percent if found else None
    return Shown(
        [
            (_("Period"), key, None),
            (_("Time that is over"), share(time_share), None),
            (_("Lagging"), sum(state.is_lagging for state in found), None),
        ],
        [
            Chart(
                "bars",
                _("Progress against the time that is over"),
                [
                    (name, plotted(state.progress_percent), "")
                    for name, state in zip(names, found, strict=True)
                    if state.scope != "seller" or not has_teams
                ],
                "%",
                1,
                target=plotted(time_share),
                mark=_("The mark is the time that is over, %(share)s", share=share(time_share)),
            )
        ]
        if found
        else (),
        [Table(_("Targets of %(month)s", month=key), columns, rows)],
    )


def _target_word(state: results.TargetState) -> str:
    if state.is_reached:
        word = _("Target met")
    else:
        word = _("Lagging") if state.is_lagging else _("On the way")
    return str(word)


def _target_name(page: Page, state: results.TargetState) -> str:
    if state.scope == "team":
        return team_name(state.team or "")
    if state.scope == "seller":
        return page.seller(state.seller_id)
    return translate(TARGET_SCOPES["company"])
