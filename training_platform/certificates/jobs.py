"""Work of the certificates for the queue: tidying up the kept files."""

from collections.abc import Mapping
from typing import Any

from training_platform.certificates import documents
from training_platform.core import jobs


@jobs.job("certificates.forget_files", every_seconds=6 * 3600)
def forget_files(_context: jobs.JobContext, _payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Remove PDF files that were kept for more than a day."""
    return {"removed": documents.forget_old()}
