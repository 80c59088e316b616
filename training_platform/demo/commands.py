"""Commands of demo."""

import time

import click
from flask import Flask, current_app
from flask.cli import AppGroup
from flask_migrate import downgrade, upgrade

from training_platform.content.library import ContentError
from training_platform.core.db import db, writing
from training_platform.people.demo_accounts import DEMO_ACCOUNTS

cli = AppGroup("demo", help="The demo company.")


@cli.command("load")
@click.option(
    "--employees", default=120, show_default=True, type=click.IntRange(len(DEMO_ACCOUNTS))
)
@click.option(
    "--records",
    default=0,
    show_default=True,
    type=click.IntRange(0),
    help="Training records in all, beside what the months bring; needs more than 120 people.",
)
@click.option("--months", default=18, show_default=True, type=click.IntRange(3, 60))
def load(*, employees: int, records: int, months: int) -> None:
    """Load the demo company, with months of history up to now."""
    from training_platform.demo import loading  # noqa: PLC0415  # only this command needs it all

    if current_app.config["SETTINGS"].is_production or not current_app.config["DEMO"]:
        text = "The demo company has public passwords: it needs DEMO=1 and never production."
        raise click.ClickException(text)
    try:
        if _is_loaded():
            click.echo("The demo company is loaded.")
            return
        began = time.perf_counter()
        _load_practice_company()
        with click.progressbar(length=100, label="The demo company lives", fill_char="▪") as bar:
            report = loading.load(
                employees=employees,
                records=records,
                months=months,
                progress=lambda done, total: bar.update(done * 100 // total - bar.pos),
            )
    except (loading.DemoError, ContentError) as refusal:
        raise click.ClickException(str(refusal)) from None
    for fault in report.faults:
        click.echo(f"fault: {fault}", err=True)
    seconds = time.perf_counter() - began
    click.echo(f"{report.people} people are here ({seconds:.0f} s).")


def _is_loaded() -> bool:
    """Tell whether the company is here; empty the database after an interrupted load."""
    from training_platform.demo import loading  # noqa: PLC0415

    try:
        return loading.is_loaded(db.session())
    except loading.InterruptedLoadError as interrupted:
        click.echo(f"{interrupted} It begins again with an empty database.")
    db.session.remove()
    downgrade(revision="base")
    upgrade()
    return False


def _load_practice_company() -> None:
    """Load the sandbox's dataset: without it nobody in the demo company works on tasks."""
    from training_platform.crm.dataset.loading import load_dataset  # noqa: PLC0415

    with writing() as session:
        load_dataset(session)


def register(app: Flask) -> None:
    """Add the commands to the flask command line."""
    app.cli.add_command(cli)
