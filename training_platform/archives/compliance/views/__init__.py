"""Pages of compliance: the matrix, readiness, its rules, proofs of a day."""

from training_platform.archives.compliance import jobs  # its handler registers itself
from training_platform.archives.compliance.views import matrix, proofs, readiness
from training_platform.archives.compliance.views.base import PLACES, bp
from training_platform.archives.compliance.views.leavers import init_app

__all__ = ["PLACES", "bp", "init_app", "jobs", "matrix", "proofs", "readiness"]
