"""Which column of a file is which field: guessed from headers in both languages."""

from collections.abc import Mapping, Sequence
from functools import cache

from flask_babel import force_locale

from training_platform.core.errors import RuleError
from training_platform.core.i18n import LANGUAGES, translate
from training_platform.core.text import fold
from training_platform.crm.fields import CUSTOM_PREFIX, Field
from training_platform.crm.registry import ENTITIES

#: What can be imported.
IMPORTABLE = ("customer", "lead", "contact")
#: Required in a file, though a form takes a record without it: the import template asks for it.
ALSO_REQUIRED = {"customer": ("needs",)}
#: Further names that headers have in the wild; the labels in both languages are known already.
SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "name": ("公司名称", "企业名称", "公司", "单位名称", "客户", "名称", "company", "account"),
    "company": ("公司名称", "企业名称", "公司", "客户", "company", "account"),
    "contact_name": ("联系人姓名", "姓名", "联络人", "contact person", "contact name"),
    "person": ("联系人姓名", "姓名", "联络人", "contact person", "name"),
    "contact_title": ("职务", "岗位", "联系人职位", "title", "job title"),
    "title": ("职务", "岗位", "job title"),
    "mobile": (
        "手机",
        "手机号",
        "手机号码",
        "联系电话",
        "电话",
        "电话号码",
        "phone",
        "tel",
        "mobile",
    ),
    "email": ("邮箱", "电子邮箱", "邮件", "mail", "email", "e-mail"),
    "industry": ("所属行业", "行业", "行业分类", "sector"),
    "region": ("大区", "区域", "地区", "area"),
    "province": ("省", "省份", "state"),
    "city": ("城市", "市", "town"),
    "source": ("客户来源", "来源", "线索来源", "lead source"),
    "needs": ("需求", "需求描述", "客户需求", "requirement", "requirements"),
    "next_follow_up_at": ("下次跟进", "下次跟进时间", "next contact"),
    "tags": ("标签", "客户标签", "labels"),
    "remarks": ("备注", "说明", "note", "notes", "remark", "comment"),
    "customer_id": ("客户", "所属客户", "客户名称", "公司", "公司名称", "客户编号", "account"),
    "wechat": ("微信", "微信号"),
    "role": ("角色", "采购角色", "购买角色"),
    "credit_code": ("统一社会信用代码", "信用代码", "税号", "tax id"),
}


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


def fields_of(entity: str) -> Mapping[str, Field]:
    """Return the fields that a file may fill, in the order of the template."""
    fields = ENTITIES[entity].editable
    return dict(sorted(fields.items(), key=lambda pair: not is_required(entity, pair[0])))


def is_required(entity: str, name: str) -> bool:
    """Tell whether each row must fill a field."""
    field = ENTITIES[entity].fields.get(name)
    return bool(field and field.is_required) or name in ALSO_REQUIRED.get(entity, ())


def guess(
    entity: str,
    header: Sequence[str],
    custom: Mapping[str, Sequence[str]],
    earlier: Mapping[str, str | None],
) -> list[str | None]:
    """Return the field of each column; None where no name fits. A field is given once.

    earlier is what the person chose for the same headers last time; custom are the names of own
    fields by key.
    """
    known = dict(_names(entity))
    for key, names in custom.items():
        for name in names:
            known.setdefault(_plain(name), CUSTOM_PREFIX + key)
    found: list[str | None] = []
    for name in header:
        field = earlier[name] if name in earlier else known.get(_plain(name))
        found.append(field if field not in found else None)
    return found


def check_mapping(entity: str, mapping: Sequence[str | None]) -> None:
    """Raise RuleError, naming what is missing, unless each required field has its one column."""
    chosen = [field for field in mapping if field]
    doubled = {field for field in chosen if chosen.count(field) > 1}
    if doubled:
        raise RuleError(
            _("Each field takes one column. Chosen twice: %(names)s."),
            names=_labels(entity, sorted(doubled)),
        )
    missing = [
        name for name in fields_of(entity) if is_required(entity, name) and name not in chosen
    ]
    if missing:
        raise RuleError(
            _("Choose the columns of these required fields: %(names)s."),
            names=_labels(entity, missing),
        )


def _labels(entity: str, names: Sequence[str]) -> str:
    fields = ENTITIES[entity].fields
    labels = (translate(fields[name].label) if name in fields else name for name in names)
    return translate(_(", ")).join(labels)


@cache
def _names(entity: str) -> Mapping[str, str]:
    """Return every known header, folded, with its field; labels go before synonyms."""
    fields = fields_of(entity)
    known: dict[str, str] = {}
    for language in LANGUAGES:
        with force_locale(language):
            for name, field in fields.items():
                known.setdefault(_plain(translate(field.label)), name)
    for name in fields:
        for text in (name, *SYNONYMS.get(name, ())):
            known.setdefault(_plain(text), name)
    return known


def _plain(text: str) -> str:
    """Return a header as it is compared: folded, without marks of required fields and units."""
    return fold(text).strip("*: ").split("(")[0].strip()
