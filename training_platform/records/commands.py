"""Commands of records."""

import shutil
import sys
import time
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup

from training_platform.core.db import db
from training_platform.records import sealing, verification

records_cli = AppGroup("records", help="Training records.")


@records_cli.command("heads")
@click.option("--to", "target", required=True, type=click.Path(file_okay=False, path_type=Path))
def heads(target: Path) -> None:
    """Copy the signed daily heads to a folder, for somebody outside to keep."""
    target.mkdir(parents=True, exist_ok=True)
    copied = 0
    for day in sealing.kept_days():
        copy = target / f"{day}.json"
        if not copy.exists():
            shutil.copyfile(sealing.head_path(day), copy)
            copied += 1
    click.echo(f"{copied} daily heads copied.")


@records_cli.command("verify")
@click.option(
    "--head",
    "outside",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A daily head that was kept outside; may be given several times.",
)
def verify(outside: tuple[Path, ...]) -> None:
    """Check every chain, value, daily head and audit seal; exit 1 and name what is broken."""
    session = db.session()
    verification.use_one_snapshot(session)
    began = time.perf_counter()
    report = verification.verify(session, outside)
    seconds = time.perf_counter() - began
    for remark in report.remarks:
        click.echo(f"note: {remark}", err=True)
    if report.fault:
        click.echo(f"broken: {report.fault}", err=True)
        sys.exit(1)
    click.echo(
        f"{report.records} records in {report.chains} chains and {report.heads} daily heads hold "
        f"({seconds:.1f} s)."
    )


def register(app: Flask) -> None:
    """Add the commands to the flask command line."""
    app.cli.add_command(records_cli)
