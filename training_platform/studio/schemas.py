"""Which published JSON schema describes a file of a draft: what its text is completed from."""

from training_platform.content.schema_files import schema_text
from training_platform.core.errors import NotFoundError
from training_platform.studio.checking import kinds

#: Files of a kind that have a schema of their own, by a part of their path.
_OTHERS = {"practical": ("question_bank/scenarios/", "practical-solution")}


def schema_name(kind: str, path: str) -> str | None:
    """Return the name of the schema of a file; None where it has none."""
    known = kinds().get(kind)
    if known is None or not path.endswith(".yaml"):
        return None
    part, other = _OTHERS.get(kind, ("", kind))
    name = other if part and path.startswith(part) else kind
    return name if name in known.schemas else None


def schema_of(name: str) -> str:
    """Return a schema as docs/schemas holds it. Raises NotFoundError for an unknown one."""
    for kind in kinds().values():
        if name in kind.schemas:
            return schema_text(kind.schemas[name])
    raise NotFoundError
