"""Documents that the tests of PDF files render, and what is read from the files.

`certificate()` is also the example of how a package makes one: template, stylesheet, underlay.
"""

import base64
from datetime import date
from functools import cache
from io import BytesIO
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pypdf import PdfReader

from training_platform.config import ROOT
from training_platform.core import pdf

FOLDER = ROOT / "templates" / "pdf" / "certificate"
CODE = "3F9A-C01E-77B2-D4F8-0A6C-91E5-B83D-264F-K"
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNgYGAAAAAEAAH2FzhVAAAAAElFTkSuQmCC"
)
CERTIFICATE: dict[str, Any] = {
    "lang": "zh",
    "holder_name": "林知夏",
    "holder_latin": "Lin Zhixia",
    "kind": "course",
    "course_title_zh": "客户数据管理",
    "course_title_en": "Customer Data Management",
    "band_zh": "优秀",
    "band_en": "Distinction",
    "level_zh": "进阶",
    "level_en": "Advanced",
    "competencies_zh": "数据录入与校验 3 级；去重与合并 3 级",
    "competencies_en": "Data entry and validation, level 3; merging duplicates, level 3",
    "minutes": 720,
    "issued_on": date(2026, 11, 21),
    "valid_until": date(2028, 11, 20),
    "code": CODE,
    "verify_url": f"https://training.example.com/verify/{CODE}",
    "verify_page": "https://training.example.com/verify/",
    "company_zh": "示例企业有限公司",
    "company_en": "Example Company Ltd",
    "signatures": [
        {
            "name_zh": "周明远",
            "name_en": "Zhou Mingyuan",
            "title_zh": "部门负责人",
            "title_en": "Head of department",
        },
        {
            "name_zh": "客户关系部",
            "name_en": "Customer Relations",
            "title_zh": "颁发部门（盖章）",
            "title_en": "Issuing department, seal",
        },
    ],
}
LONG_TITLE = {
    "course_title_zh": "客户数据管理实务：录入、校验、去重与数据泄露应急演练"
    "（含年度复训与实操考核）",
    "course_title_en": "Customer Data Management in Practice: Entry, Validation, "
    "Duplicates and Data Leak Response",
}
TWENTY_HANZI = "古丽巴哈尔·阿卜杜热合曼·艾尼瓦尔江提汗"
FORTY_SIX_LETTERS = "Maria Alexandra Konstantinopoulou-Vandenberghe"
CASES: dict[str, dict[str, Any]] = {
    "Chinese leads": {},
    "English leads": {"lang": "en"},
    "two hanzi": {"holder_name": "王玥", "holder_latin": None},
    "twenty hanzi": {"holder_name": TWENTY_HANZI, "holder_latin": FORTY_SIX_LETTERS, **LONG_TITLE},
    "twenty hanzi, English leads": {
        "lang": "en",
        "holder_name": TWENTY_HANZI,
        "holder_latin": FORTY_SIX_LETTERS,
        **LONG_TITLE,
    },
    "Latin name only": {"holder_name": FORTY_SIX_LETTERS, "holder_latin": None, **LONG_TITLE},
    "no expiry, short, one signature": {
        "valid_until": None,
        "minutes": 45,
        "verify_page": None,
        "competencies_zh": None,
        "competencies_en": None,
        "signatures": CERTIFICATE["signatures"][:1],
    },
}


@cache
def environment() -> Environment:
    env = Environment(
        loader=FileSystemLoader(ROOT / "templates"), autoescape=True, undefined=StrictUndefined
    )
    pdf.add_helpers(env)
    return env


def certificate(**changes: Any) -> bytes:
    html = environment().get_template("pdf/certificate/certificate.html")
    return pdf.render(
        html.render(CERTIFICATE | changes),
        stylesheets=["certificate/certificate.css"],
        underlay="certificate/background.svg",
    )


def page(body: str) -> str:
    style = "<style>body { font-family: 'Noto Sans SC' }</style>"
    return f'<!doctype html><html lang="zh-CN"><title>试 Test</title>{style}{body}</html>'


def text_of(data: bytes) -> str:
    """Return the text layer without white space: lines break where the layout wants."""
    reader = PdfReader(BytesIO(data))
    return "".join("".join(sheet.extract_text() for sheet in reader.pages).split())


def images_of(data: bytes) -> list[str]:
    return [image.name for sheet in PdfReader(BytesIO(data)).pages for image in sheet.images]
