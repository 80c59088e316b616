"""What schemas of content files share: strict models and texts in both languages."""

from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)

from training_platform.core.text import nfc

_TEXT_SCHEMA = {
    "description": "A text in both languages; a plain string stands for both.",
    "anyOf": [
        {"type": "string", "minLength": 1},
        {
            "type": "object",
            "properties": {
                "zh": {"type": "string", "minLength": 1},
                "en": {"type": "string", "minLength": 1},
            },
            "required": ["zh", "en"],
            "additionalProperties": False,
        },
    ],
}


class Strict(BaseModel):
    """A mapping with exactly these keys, each of exactly this type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


def _filled(text: str) -> str:
    if not text.strip():
        raise ValueError("is blank; a text")
    return nfc(text)


#: A text that is not blank, in NFC.
Line = Annotated[str, AfterValidator(_filled)]


class BothLanguages(Strict):
    """The same text, written in both languages."""

    zh: Line
    en: Line


def _for_both(value: Any) -> Any:
    if isinstance(value, str):
        return {"zh": value, "en": value}
    if isinstance(value, dict | BothLanguages):
        return value
    raise ValueError("is no text; zh and en, or one text for both in quotes")


#: {zh, en}; a plain string in the file stands for both.
Text = Annotated[BothLanguages, BeforeValidator(_for_both), WithJsonSchema(_TEXT_SCHEMA)]
#: What an id looks like, and two of them.
SLUG_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*$"
PAIR_PATTERN = r"^[a-z0-9]+(-[a-z0-9]+)*/[a-z0-9]+(-[a-z0-9]+)*$"
#: One word of an id: lower case, joined by hyphens.
Slug = Annotated[str, StringConstraints(pattern=SLUG_PATTERN)]
#: Two of them: <topic>/<question>, <course>/<lesson>.
PairId = Annotated[str, StringConstraints(pattern=PAIR_PATTERN)]
Percent = Annotated[int, Field(ge=0, le=100)]
