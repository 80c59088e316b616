"""Commands of records."""

import sys
import time

import click
from flask import Flask
from flask.cli import AppGroup

from training_platform.core.db import db
from training_platform.records import verification

records_cli = AppGroup("records", help="Training records.")


@records_cli.command("verify")
def verify() -> None:
    """Check every chain, value, daily head and audit seal; exit 1 and name what is broken."""
    session = db.session()
    verification.use_one_snapshot(session)
    began = time.perf_counter()
    report = verification.verify(session)
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
