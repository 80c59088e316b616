"""JSON schemas of the content files, for editors: docs/schemas/*.json."""

import json
from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter

from training_platform.core.kinds import ContentKind


def schema_files(kinds: Sequence[ContentKind]) -> dict[str, str]:
    """Return the text of each schema file by its name."""
    return {
        f"{name}.json": schema_text(model) for kind in kinds for name, model in kind.schemas.items()
    }


def schema_text(model: Any) -> str:
    """Return the JSON schema of a format, as its file holds it."""
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **TypeAdapter(model).json_schema(mode="validation"),
    }
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
