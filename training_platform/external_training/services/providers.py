"""The directory of providers: HR keeps it."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.core import audit
from training_platform.core.db import expect_version
from training_platform.core.errors import RuleError
from training_platform.core.limits import limited, required
from training_platform.core.permissions import Permission, Person, authorize
from training_platform.core.text import fold
from training_platform.external_training.models import TrainingProvider
from training_platform.external_training.rules import LONGEST_LINE, LONGEST_TEXT, LONGEST_TITLE


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


@dataclass(frozen=True)
class ProviderData:
    """What is known of a provider."""

    name: str
    website: str = ""
    contact: str = ""
    about: str = ""
    is_active: bool = True


def save_provider(
    session: Session,
    actor: Person,
    data: ProviderData,
    provider: TrainingProvider | None = None,
    *,
    expected_version: int | None = None,
) -> TrainingProvider:
    """Add a provider, or change one.

    Raises NotPermittedError, ConflictError, and RuleError for a name that is taken or a website
    that is none.
    """
    authorize(actor, None, Permission.EXTERNAL_TRAINING_MANAGE)
    name = required(data.name, "name", most=LONGEST_TITLE)
    website = limited(data.website, "website", most=LONGEST_LINE)
    if website and not website.startswith(("https://", "http://")):
        raise RuleError(_("Enter an address that begins with https://."), field="website")
    _expect_free(session, name, provider)
    if provider is None:
        provider = TrainingProvider(name=name, search_text=fold(name))
        session.add(provider)
    elif expected_version is not None:
        expect_version(provider, expected_version)
    provider.name, provider.search_text, provider.website = name, fold(name), website
    provider.contact = limited(data.contact, "contact", most=LONGEST_LINE)
    provider.about = limited(data.about, "about", most=LONGEST_TEXT)
    provider.is_active = data.is_active
    session.flush()
    audit.record(session, actor, "external_training.save_provider", provider)
    return provider


def _expect_free(session: Session, name: str, provider: TrainingProvider | None) -> None:
    same = select(TrainingProvider.id).where(TrainingProvider.search_text == fold(name))
    found = session.scalar(same)
    if found is not None and (provider is None or found != provider.id):
        raise RuleError(_("There is a provider of this name already."), field="name")
