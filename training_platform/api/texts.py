"""What the pages of the interface say: lists, states of tokens."""

from collections.abc import Mapping

from training_platform.api.rules import Resource, TokenState


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


RESOURCES: Mapping[str, str] = {
    Resource.PEOPLE: _("Employees"),
    Resource.RECORDS: _("Training records"),
    Resource.CERTIFICATES: _("Certificates"),
}
STATES: Mapping[str, str] = {
    TokenState.ACTIVE: _("Works"),
    TokenState.EXPIRED: _("Expired"),
    TokenState.REVOKED: _("Revoked"),
    TokenState.ORPHANED: _("Stopped: its owner no longer belongs to HR"),
}
TONES: Mapping[str, str] = {
    TokenState.ACTIVE: "ok",
    TokenState.EXPIRED: "",
    TokenState.REVOKED: "bad",
    TokenState.ORPHANED: "warn",
}
