"""Commands of content: check, lint, sync, export, schemas."""

import sys
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from training_platform.config import ROOT
from training_platform.content import services
from training_platform.content.exports import export_files
from training_platform.content.library import read_library
from training_platform.content.lint import lint_library
from training_platform.content.schema_files import schema_files
from training_platform.core.db import db, writing
from training_platform.core.kinds import Library, registered
from training_platform.core.permissions import SYSTEM

cli = AppGroup("content", help="Courses and questions: check, publish, write back.")


def read_or_exit(root: Path | None = None) -> Library:
    """Read the content folder; print every mistake and exit with 1 where there is any."""
    kinds = registered(current_app._get_current_object())  # type: ignore[attr-defined]
    library = read_library(kinds, root or Path(current_app.config["CONTENT_DIR"]))
    mistakes = library.mistakes()
    for mistake in mistakes:
        click.echo(str(mistake), err=True)
    if mistakes:
        click.echo(f"{len(mistakes)} mistakes. Nothing was published.", err=True)
        sys.exit(1)
    return library


def _counts(library: Library) -> str:
    return ", ".join(f"{len(drafts)} {name}" for name, drafts in library.drafts.items())


@cli.command("check")
def check() -> None:
    """Look for mistakes in all content files; exit 1 where there is any."""
    library = read_or_exit()
    click.echo(f"Everything is in order: {_counts(library)}.")


@cli.command("lint")
def lint() -> None:
    """Look at the style of all content files; exit 1 where something should be better."""
    findings = lint_library(read_or_exit())
    for finding in findings:
        click.echo(str(finding))
    click.echo(f"{len(findings)} findings." if findings else "The style is in order.")
    sys.exit(1 if findings else 0)


@cli.command("sync")
@click.option(
    "--take",
    type=click.Choice([each.value for each in services.Take]),
    help="Which side wins where a file and the studio both changed.",
)
@click.option("--rebuild", is_flag=True, help="Also draw again what did not change.")
@click.option("--quiet", is_flag=True, help="Show no progress.")
def sync(*, take: str | None, rebuild: bool, quiet: bool) -> None:
    """Publish what changed in the files; withdraw what is gone."""
    library = read_or_exit()
    with writing() as session:
        report = services.sync_library(
            session,
            library,
            SYSTEM,
            take=services.Take(take) if take else None,
            rebuild=rebuild,
            progress=_silent if quiet else _show_progress,
        )
    if report.conflicts:
        for name in report.conflicts:
            click.echo(f"{name}: changed in its file and in the studio", err=True)
        click.echo("Nothing was published. Choose: --take file or --take studio.", err=True)
        sys.exit(1)
    for name in report.ahead:
        click.echo(f"{name}: newer in the studio than in its file; flask content export writes it")
    click.echo(
        f"{len(report.published)} published, {len(report.restored)} restored, "
        f"{len(report.withdrawn)} withdrawn, {report.unchanged} unchanged."
    )


def _show_progress(done: int, total: int) -> None:
    if done == total or done % 25 == 0:
        click.echo(f"  {done} of {total}", err=True)


def _silent(done: int, total: int) -> None:
    """Show nothing."""


@cli.command("export")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def export(folder: Path) -> None:
    """Write the files of everything that is published to FOLDER, byte for byte."""
    written = export_files(db.session(), folder)
    click.echo(f"{written} files written to {folder}.")


@cli.command("schemas")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=ROOT / "docs" / "schemas",
    help="Where to write; docs/schemas by default.",
)
def schemas(folder: Path) -> None:
    """Write the JSON schemas of all content files, for editors."""
    folder.mkdir(parents=True, exist_ok=True)
    kinds = registered(current_app._get_current_object())  # type: ignore[attr-defined]
    for name, text in schema_files(kinds).items():
        (folder / name).write_text(text, encoding="utf-8")
        click.echo(f"{folder / name}")


def register(app: Flask) -> None:
    """Add the commands to the flask command line."""
    app.cli.add_command(cli)
