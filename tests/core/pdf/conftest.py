"""The renderer of PDF files, where the machine has what it needs."""

import os
from collections.abc import Iterator

import pytest

from training_platform.core import pdf


@pytest.fixture(scope="module")
def renderer() -> Iterator[None]:
    try:
        pdf.warm()
    except pdf.PdfUnavailableError as fault:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(fault))
    yield
    pdf.close()
