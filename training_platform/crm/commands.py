"""Commands of the sandbox: build its dataset, load it, write the tables of fields and metrics."""

import time
from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup

from training_platform.config import ROOT
from training_platform.core.db import writing
from training_platform.crm.dataset import files

cli = AppGroup("sandbox", help="The sandbox CRM: its dataset.")


@cli.command("build-dataset")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=files.FILE,
    help="Where to write; the shipped file by default.",
)
def build_dataset(*, out: Path) -> None:
    """Generate the dataset: the same file each time."""
    from training_platform.crm.dataset import build  # noqa: PLC0415  # only this command needs it

    digest = build.write(out)
    click.echo(f"{out}: {out.stat().st_size / 1024:.0f} kB, SHA-256 {digest}")


@cli.command("load-dataset")
def load_dataset() -> None:
    """Load the shipped dataset, once per version."""
    from training_platform.crm.dataset import loading  # noqa: PLC0415

    began = time.perf_counter()
    header = files.read_header()
    with writing() as session:
        if loading.find_dataset(session, header) is not None:
            click.echo(f"The sandbox's dataset {header.dataset} {header.version} is loaded.")
            return
        click.echo(f"The sandbox's dataset {header.dataset} {header.version} is being loaded …")
        layer = loading.load_dataset(session)
        rows = sum(loading.count_rows(session, layer).values())
    click.echo(f"{rows} rows are here ({time.perf_counter() - began:.1f} s).")


@cli.command("write-fields")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=ROOT / "docs" / "crm-fields.md",
    help="Where to write; docs/crm-fields.md by default.",
)
def write_fields(*, out: Path) -> None:
    """Write the table of entities, fields, types, rules and lists."""
    from training_platform.crm.field_table import field_table  # noqa: PLC0415

    out.write_text(field_table(), encoding="utf-8")
    click.echo(f"{out}")


@cli.command("write-metrics")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=ROOT / "docs" / "crm-metrics.md",
    help="Where to write; docs/crm-metrics.md by default.",
)
def write_metrics(*, out: Path) -> None:
    """Write the page of metrics: formula, its source, where it stands."""
    from training_platform.crm.metric_table import metric_table  # noqa: PLC0415

    out.write_text(metric_table(), encoding="utf-8")
    click.echo(f"{out}")


def register(app: Flask) -> None:
    """Add the commands to the flask command line."""
    app.cli.add_command(cli)
