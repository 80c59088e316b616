"""Reports: the prebuilt ones, the builder, saved ones, the leader's dashboard, the word map."""

from typing import Any

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.utils import redirect

from training_platform.core.db import db
from training_platform.core.errors import NotFoundError, RuleError
from training_platform.core.forms import remember
from training_platform.core.i18n import translate
from training_platform.core.permissions import Permission
from training_platform.core.text import whole_number
from training_platform.core.web import requires, see_other
from training_platform.crm.desk import Desk
from training_platform.crm.metrics.definitions import METRICS
from training_platform.crm.models import SavedReport
from training_platform.crm.queries import dashboard, metric_builders, metric_pages, reports
from training_platform.crm.queries.filters import to_arguments
from training_platform.crm.queries.words import PRODUCTS, WORDS
from training_platform.crm.registry import ENTITIES
from training_platform.crm.report_forms import SaveReportForm
from training_platform.crm.rules import reports as rules
from training_platform.crm.rules.reports import Definition, read_definition
from training_platform.crm.services import reports as services
from training_platform.crm.services.records import find_record
from training_platform.crm.views import report_menus, report_words
from training_platform.crm.views.blueprint import (
    bp,
    crm_url,
    log_later,
    reading_desk,
    render,
    writing_desk,
)
from training_platform.crm.views.selling import led_before

DEFAULT_PERIOD = "last_12"
#: Metrics that are about a month rather than a year, when nothing is chosen.
BY_MONTH = frozenset({"activity", "targets", "satisfaction", "service_levels"})


@bp.get("/<int:workspace_id>/reports/")
@requires(Permission.WORKSPACE_READ)
def report_index(workspace_id: int) -> ResponseReturnValue:
    """Show the prebuilt reports and the saved ones."""
    desk = reading_desk(workspace_id)
    saved = db.session.scalars(select(SavedReport).order_by(SavedReport.name)).all()
    return render("crm/reports.html", desk, metrics=METRICS.values(), saved=saved)


@bp.get("/<int:workspace_id>/reports/metrics/<metric>")
@requires(Permission.WORKSPACE_READ)
def report_metric(workspace_id: int, metric: str) -> ResponseReturnValue:
    """Show one prebuilt report for a period."""
    desk = reading_desk(workspace_id)
    known = METRICS.get(metric)
    if known is None:
        raise NotFoundError
    period = request.args.get("period", "")
    if reports.period_days(desk, period) is None:
        period = "this_month" if metric in BY_MONTH else DEFAULT_PERIOD
    by_fifths = metric == "rfm" and request.args.get("points") == "fifths"
    page = metric_pages.page_of(desk, period, by_fifths=by_fifths)
    shown = metric_builders.BUILDERS[metric](page)
    log_later("report_run", metric=metric, period=period)
    return render(
        "crm/report_metric.html",
        desk,
        metric=known,
        shown=shown,
        period=period,
        periods=report_words.period_choices(desk),
        points=[("limits", _("Fixed limits")), ("fifths", _("Fifths of the customers"))],
        points_by="fifths" if by_fifths else "limits",
        is_narrowed=reports.owners_within_reach(desk) is not None,
    )


@bp.get("/<int:workspace_id>/reports/build")
@requires(Permission.WORKSPACE_READ)
def build_report(workspace_id: int) -> ResponseReturnValue:
    """Build a report; whatever the address says is shown at once."""
    desk = reading_desk(workspace_id)
    return _show_report(desk, report_words.definition_in(request.args), changed=_changed(desk))


@bp.post("/<int:workspace_id>/reports/build")
@requires(Permission.WORKSPACE_WRITE)
def save_report(workspace_id: int) -> ResponseReturnValue:
    """Save the report that is shown: as a new one, or in place of the one that is changed."""
    with writing_desk(workspace_id) as desk:
        form = SaveReportForm()
        if led := led_before(desk):
            return led
        definition = report_words.definition_in(request.args)
        if definition is None:
            return _show_report(desk, None)
        changed = _changed(desk)
        try:
            if not form.validate_on_submit():
                return _show_report(desk, definition, form, changed=changed)
            report = _save(desk, form, definition, changed)
        except RuleError as error:
            form.refuse(error)
            return _show_report(desk, definition, form, changed=changed)
        address = url_for(".saved_report", workspace_id=workspace_id, report_id=report.id)
        remember(desk.session, desk.actor.id, form.once.data, address)
    flash(_("The report is saved."))
    return redirect(address, 303)


def _changed(desk: Desk) -> SavedReport | None:
    """Return the saved report that the address says is being changed."""
    number = whole_number(request.args.get("report", ""))
    return None if number is None else find_record(desk, SavedReport, number)


def _save(
    desk: Desk, form: SaveReportForm, definition: Definition, changed: SavedReport | None
) -> SavedReport:
    name, version = form.name.data or "", form.version.data or ""
    if changed is None or "as_new" in request.form:
        return services.save_report(desk, name, definition)
    seen = whole_number(version) or 0
    return services.change_report(desk, changed, name, definition, expected_version=seen)


@bp.get("/<int:workspace_id>/reports/saved/<int:report_id>")
@requires(Permission.WORKSPACE_READ)
def saved_report(workspace_id: int, report_id: int) -> ResponseReturnValue:
    """Run a saved report again, on the data as it is now."""
    desk = reading_desk(workspace_id)
    report = find_record(desk, SavedReport, report_id)
    return _show_report(desk, read_definition(report.definition), report=report)


@bp.post("/<int:workspace_id>/reports/saved/<int:report_id>/delete")
@requires(Permission.WORKSPACE_WRITE)
def delete_report(workspace_id: int, report_id: int) -> ResponseReturnValue:
    """Delete a saved report."""
    with writing_desk(workspace_id) as desk:
        services.delete_report(desk, report_id)
    flash(_("The report is deleted."))
    return see_other(".report_index", workspace_id=workspace_id)


@bp.get("/<int:workspace_id>/dashboard")
@requires(Permission.WORKSPACE_READ)
def show_dashboard(workspace_id: int) -> ResponseReturnValue:
    """Show the leader's dashboard: figures of the month, funnel, teams, targets, alerts."""
    desk = reading_desk(workspace_id)
    log_later("report_run", metric="dashboard")
    return render(
        "crm/dashboard.html",
        desk,
        board=dashboard.board(desk),
        is_narrowed=reports.owners_within_reach(desk) is not None,
    )


@bp.get("/<int:workspace_id>/words")
@requires(Permission.WORKSPACE_READ)
def word_map(workspace_id: int) -> ResponseReturnValue:
    """Show what other CRMs call our things."""
    rows = [(translate(own), *others) for own, *others in WORDS]
    return render("crm/words.html", reading_desk(workspace_id), products=PRODUCTS, rows=rows)


def _show_report(
    desk: Desk,
    definition: Definition | None,
    form: SaveReportForm | None = None,
    report: SavedReport | None = None,
    changed: SavedReport | None = None,
) -> ResponseReturnValue:
    definition = definition or Definition("order", "paid_at", "last_12", {}, ("month",), "sum")
    definition = read_definition(definition.to_plain()) or definition
    table = reports.run(desk, definition)
    plain = definition.to_plain()
    log_later("report_run", "saved_report", report.id if report else None, definition=plain)
    entity = ENTITIES[definition.entity]
    form = form or SaveReportForm(formdata=None, obj=changed)
    shown = report_menus.selects(desk, entity, dict(definition.filters))
    choices: dict[str, Any] = {
        "entities": [(e.name, translate(e.plural)) for e in rules.reported_entities()],
        "instants": report_words.field_choices(entity.name, rules.instant_fields(entity)),
        "sums": [
            (name, report_words.sum_text(entity.name, name)) for name in rules.money_fields(entity)
        ],
        "groups": report_words.group_choices(desk, entity.name),
        "periods": report_words.period_choices(desk),
        "filters": shown,
        "kept": report_menus.kept(dict(definition.filters), shown),
    }
    groups = dict(choices["groups"])
    groups |= {name: name for name in definition.groups if name not in groups}
    page = render(
        "crm/report_builder.html",
        desk,
        definition=definition,
        entity=entity,
        table=table,
        report=report,
        changed=changed,
        form=form,
        choices=choices,
        filters=to_arguments(dict(definition.filters)),
        address=report_words.address_values(definition)
        | ({"report": changed.id} if changed else {}),
        group_names=groups,
        any_value=reports.ANY,
        chart_of=lambda label: metric_pages.report_chart(
            table, label, is_money=report_words.is_money_of(definition)
        ),
        measure_name=report_words.measure_name(definition),
        is_money=report_words.is_money_of(definition),
        list_url=lambda *values: crm_url(
            "records", entity=definition.entity, **table.arguments(*values)
        ),
    )
    return page, 422 if form.errors or form.form_errors else 200
