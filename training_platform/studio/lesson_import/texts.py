"""What the pages of texts from elsewhere call things."""

from typing import Any

from flask_babel import lazy_gettext as _l

from training_platform.studio.lesson_import.blocks import Lost

LOST: dict[Lost, Any] = {
    Lost.HTML: _l("HTML: only its words stay"),
    Lost.PICTURE: _l("A picture: add it under “Pictures”"),
    Lost.LINK: _l("A link that is not https: only its words stay"),
    Lost.FOOTNOTE: _l("A footnote"),
    Lost.COMMENT: _l("A comment"),
    Lost.DELETED: _l("Words that were struck out under review"),
    Lost.TEXT_BOX: _l("A text box"),
    Lost.FORMULA: _l("A formula"),
    Lost.OBJECT: _l("An embedded file"),
    Lost.INNER_TABLE: _l("A table within a table: only its words stay"),
}
