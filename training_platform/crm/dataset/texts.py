"""The texts of the dataset, from the files beside this module."""

import tomllib
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((_FOLDER / name).read_text(encoding="utf-8"))


ACTIVITY_TEXTS = _read("activity_texts.toml")
SERVICE_TEXTS = _read("service_texts.toml")
CAMPAIGN_TEXTS = _read("campaign_texts.toml")
