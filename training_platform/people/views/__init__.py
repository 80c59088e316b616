"""Pages of people: signing in, one's own account, administration."""

from training_platform.people.views import signing
from training_platform.people.views.base import PLACES, bp, init_app

__all__ = ["PLACES", "bp", "init_app", "signing"]
