"""Commands of people: the first administrator, staff lists."""

from pathlib import Path

import click
from flask import Flask
from flask.cli import AppGroup
from flask_babel import force_locale
from sqlalchemy import select

from training_platform.core.db import writing
from training_platform.core.errors import RuleError
from training_platform.core.i18n import translate
from training_platform.core.permissions import SYSTEM, Right
from training_platform.people import services, staff_list
from training_platform.people.models import Department
from training_platform.people.services import NewEmployee, imports, links

people_cli = AppGroup("people", help="Accounts and staff lists.")


@people_cli.command("add-admin")
@click.option("--username", prompt=True, help="For signing in.")
@click.option("--name", prompt=True, help="The full name.")
@click.option("--email", prompt=True, help="Where mails go.")
@click.option("--staff-number", default="ADMIN-1", show_default=True)
@click.option("--department", default="CR", show_default=True, help="Its code; made if missing.")
def add_admin(username: str, name: str, email: str, staff_number: str, department: str) -> None:
    """Add the first account and print the link that sets its password."""
    try:
        with writing() as session:
            found = session.scalars(select(Department).where(Department.code == department)).first()
            if found is None:
                names = {"zh": "客户关系部", "en": "Customer Relations Department"}
                found = services.create_department(session, SYSTEM, code=department, name=names)
            new = NewEmployee(staff_number, username, name, email, found.id)
            admin = services.create_employee(session, SYSTEM, new)
            services.grant_right(session, admin, SYSTEM, Right.ADMIN)
            address = links.send_welcome(session, admin, SYSTEM)
    except RuleError as error:
        raise click.ClickException(_say(error.text, **error.values)) from None
    click.echo("The account is added. This link sets its password, once, within seven days:")
    click.echo(address)


@people_cli.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--apply", "is_applied", is_flag=True, help="Apply the list; without it: dry run.")
def import_file(file: Path, *, is_applied: bool) -> None:
    """Check the staff list FILE (CSV or XLSX); change people only with --apply."""
    try:
        lines = staff_list.parse(file.read_bytes(), file.name)
        with writing() as session:
            found = imports.check_import(session, SYSTEM, lines, file.name)
            counts = imports.counts_of(found.rows)
            for row in found.rows:
                for error in row["errors"]:
                    reason = _say(error["reason"])
                    click.echo(f"{file}:{row['number']}: {error['field']}: {reason}", err=True)
            if is_applied and not counts[imports.WRONG]:
                imports.apply_import(session, found, SYSTEM, expected_version=found.version)
            elif not is_applied:
                session.delete(found)
    except RuleError as error:
        raise click.ClickException(_say(error.text, **error.values)) from None
    click.echo(", ".join(f"{count} {kind}" for kind, count in counts.items()))
    if counts[imports.WRONG]:
        raise click.ClickException("nothing was changed; correct the rows above")
    click.echo("Applied." if is_applied else "Dry run: nothing was changed. Add --apply.")


def _say(text: str, **values: object) -> str:
    with force_locale("en"):
        return translate(text, **values)


def register(app: Flask) -> None:
    """Add the commands to the flask command line."""
    app.cli.add_command(people_cli)
