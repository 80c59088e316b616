"""Commands of practical tasks: prove them."""

import sys
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup

from training_platform.config import ROOT
from training_platform.content.schema_files import schema_text
from training_platform.practicals.files import SCENARIOS, files_of, read_practicals
from training_platform.practicals.proving import Proof, prove
from training_platform.practicals.schemas import SolutionFile, TaskFile
from training_platform.practicals.stamps import write_stamp

#: Files of docs/schemas, and the formats that they describe.
FORMATS = {"practical.json": TaskFile, "practical-solution.json": SolutionFile}
cli = AppGroup("practicals", help="Practical tasks: prove that each can be passed and failed.")


@cli.command("check")
@click.argument("slugs", nargs=-1)
@click.option("--seeds", default=3, show_default=True, help="So many draws of each task.")
@click.option(
    "--languages",
    type=click.Choice(["turns", "all"]),
    default="turns",
    show_default=True,
    help="Each draw in both languages, or the draws in turn.",
)
@click.option("--stamp", is_flag=True, help="Let what was proved be published as it stands.")
def check(*, slugs: tuple[str, ...], seeds: int, languages: str, stamp: bool) -> None:
    """Prove all tasks, or those that are named. Exit 1 where a file or a proof is wrong."""
    from training_platform.practicals.benches import scratch_bench  # noqa: PLC0415

    root = Path(current_app.config["CONTENT_DIR"])
    practicals, mistakes = read_practicals(root)
    for mistake in mistakes:
        click.echo(str(mistake), err=True)
    unknown = sorted(set(slugs) - practicals.keys())
    for slug in unknown:
        click.echo(f"{slug}: no such task, or its files are wrong", err=True)
    wanted = [each for slug, each in practicals.items() if not slugs or slug in slugs]
    failed = bool(mistakes or unknown)
    if wanted:
        with scratch_bench() as bench:
            for practical in wanted:
                proof = prove(practical, bench, seeds, is_thorough=languages == "all")
                _tell(proof)
                failed = failed or bool(proof.faults)
                if stamp and not proof.faults:
                    write_stamp(root / SCENARIOS / proof.slug, files_of(root, proof.slug))
    if failed:
        sys.exit(1)


@cli.command("schemas")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=ROOT / "docs" / "schemas",
    help="Where to write; docs/schemas by default.",
)
def schemas(*, folder: Path) -> None:
    """Write the JSON schemas of tasks and of solutions, for editors."""
    for name, model in FORMATS.items():
        (folder / name).write_text(schema_text(model), encoding="utf-8")
        click.echo(f"{folder / name}")


def _tell(proof: Proof) -> None:
    state = f"{len(proof.faults)} faults" if proof.faults else "proved"
    slowest = f"slowest check {proof.slowest * 1000:.0f} ms"
    click.echo(f"{proof.slug}: {state}, {proof.runs} runs, {slowest}")
    for fault in proof.faults:
        click.echo(f"  {fault}", err=True)


def register(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(cli)
