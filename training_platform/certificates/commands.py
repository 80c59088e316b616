"""Commands of certificates: the authority whose keys sign documents."""

import click
from flask import Flask
from flask.cli import AppGroup

from training_platform.core import audit, authority
from training_platform.core.authority import NoAuthorityError
from training_platform.core.db import writing
from training_platform.core.permissions import SYSTEM

certificates_cli = AppGroup("certificates", help="Certificates and the keys that sign them.")


@certificates_cli.command("make-authority")
@click.option("--anew", is_flag=True, help="Replace an authority whose keys cannot be read.")
def make_authority(*, anew: bool) -> None:
    """Make the authority that signs documents; otherwise the first document makes it."""
    if anew and authority.exists():
        click.confirm("Files signed so far will no longer be recognized. Go on?", abort=True)
        authority.path().replace(authority.path().with_suffix(".old.json"))
    if not authority.make():
        click.echo(f"The authority stands already, fingerprint {authority.current().fingerprint}")
        return
    _note("certificates.make_authority")
    click.echo(f"Made {authority.path()}, fingerprint {authority.current().fingerprint}")
    click.echo("Backups take it along. It can be read only with the SECRET_KEY of today.")


@certificates_cli.command("replace-key")
@click.option("--withdraw", is_flag=True, help="Trust nothing any more that the old key signed.")
def replace_key(*, withdraw: bool) -> None:
    """Make a new signing key; what the old one signed stays genuine, unless withdrawn."""
    if withdraw:
        click.confirm("Every file that the present key signed loses its trust. Go on?", abort=True)
    try:
        made = authority.replace_key(withdraw=withdraw)
    except NoAuthorityError as fault:
        raise click.ClickException(str(fault)) from None
    _note("certificates.replace_key", withdraw=withdraw)
    click.echo(f"A new key signs from now on; it is number {len(made.keys)}.")


def _note(act: str, **values: object) -> None:
    with writing() as session:
        audit.record(session, SYSTEM, act, None, **values)


def register(app: Flask) -> None:
    """Add the commands to the flask command line."""
    app.cli.add_command(certificates_cli)
