"""Commands of the platform itself: jobs, backup, restore, doctor."""

import signal
import sys
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from training_platform.core import backup as backups
from training_platform.core import doctor as examination
from training_platform.core import jobs

jobs_cli = AppGroup("jobs", help="Background jobs.")


@jobs_cli.command("work")
@click.option("--once", is_flag=True, help="Run what is due, then stop.")
def work(*, once: bool) -> None:
    """Run jobs until interrupted."""
    if once:
        jobs.schedule_periodic()
        click.echo(f"{jobs.run_due(10_000)} jobs ran")
        return
    worker = jobs.Worker(current_app._get_current_object())  # type: ignore[attr-defined]
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: worker.stop())
    click.echo("The job worker waits for jobs. Ctrl+C stops it.")
    worker.run()


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Write a consistent copy of database and files to FILE while the platform runs."""
    try:
        report = backups.backup(file)
    except backups.BackupError as fault:
        raise click.ClickException(str(fault)) from None
    click.echo(report)


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Replace what is there without asking.")
def restore(file: Path, *, yes: bool) -> None:
    """Check FILE, then replace database and files by it. Stop the platform first."""
    try:
        manifest = backups.examine(file)
        click.echo(f"{file} holds {manifest.describe()}; its checksums are right.")
        if not yes:
            click.confirm("Replace the present database and files by it?", abort=True)
        click.echo(backups.restore(file))
    except backups.BackupError as fault:
        raise click.ClickException(str(fault)) from None


@click.command("doctor")
@click.option("--production", is_flag=True, help="Also what only production needs.")
def doctor(*, production: bool) -> None:
    """Say what is missing and the exact command that mends it."""
    findings = examination.examine(production=production)
    for finding in findings:
        mark = click.style("ok  ", fg="green") if finding.is_well else click.style("look", fg="red")
        click.echo(f"{mark}  {finding.what}: {finding.state}")
        if finding.remedy:
            click.echo(f"      {finding.remedy}")
    sys.exit(0 if all(finding.is_well for finding in findings) else 1)


def register(app: Flask) -> None:
    """Add the commands to the flask command line."""
    app.cli.add_command(jobs_cli)
    for command in (backup, restore, doctor):
        app.cli.add_command(command)
