"""Texts, pictures and archives that mean harm; each reaches for a marker if anything in it runs."""

import io
import warnings
import zipfile

from tests.studio.words import docx, paragraph, relation, run

ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'


def markdown(marker: str) -> str:
    """Every way that is known to smuggle something through Markdown."""
    return f"""---
title: "<img src={marker}/title onerror=alert(1)>"
objective: "<script src={marker}/objective></script>"
---
# <svg onload=alert(1)>

<script src="{marker}/script"></script><iframe src="{marker}/frame"></iframe>

Text <img src="{marker}/img" onerror="alert(1)"> ![picture]({marker}/picture)
[one](javascript:alert(1)) [two](JaVa&#115;cript:alert(1)) [three](data:text/html,<script>)
[four]({marker}/link "t" onmouseover=alert(1)) <{marker}/auto> [five]( https://x/" onclick="x )

[ref]: javascript:alert(1)
[ref]

<style>@import url({marker}/style);</style><link rel=stylesheet href={marker}/sheet>

| <b onclick=alert(1)>a</b> | {marker}/cell |
|---|---|
| `<script>` | <object data="{marker}/object"> |

:::figure ../../../etc/passwd <img src={marker}/figure>
:::

:::video {marker}/video.mp4 x
:::
"""


def svg(marker: str) -> bytes:
    """A drawing that would run, fetch and read."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" onload="alert(1)">'
        f'<script href="{marker}/svg-script">alert(1)</script><image href="{marker}/svg-image"/>'
        f"<style>@import url({marker}/svg-style);</style>"
        f'<a href="javascript:alert(1)"><text>x</text></a>'
        f'<foreignObject><iframe xmlns="http://www.w3.org/1999/xhtml" src="{marker}/svg-frame"/>'
        "</foreignObject></svg>"
    ).encode()


def word(marker: str) -> bytes:
    """A Word file that reaches outside: pictures, templates, fields, links."""
    blip = (
        '<w:r><w:drawing><a:blip xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
        'r:link="o1" r:embed="o1"/></w:drawing></w:r>'
    )
    field = (
        f'<w:r><w:instrText>INCLUDEPICTURE "{marker}/field" \\d</w:instrText></w:r>'
        f'<w:r><w:instrText>DDEAUTO c:\\\\cmd "/c x"</w:instrText></w:r>'
    )
    relations = relation("o1", "image", f"{marker}/word-picture")
    relations += relation("o2", "attachedTemplate", f"{marker}/template.dotm")
    relations += relation("o3", "hyperlink", "javascript:alert(1)")
    relations += relation("o4", "image", "../../../../etc/passwd", outside=False)
    link = f'<w:hyperlink r:id="o3">{run("press")}</w:hyperlink>'
    return docx(
        paragraph(run("&lt;script&gt;alert(1)&lt;/script&gt;") + blip + field + link), relations
    )


def refused_words() -> dict[str, bytes]:
    """Word files that are refused, and the words of the answer."""
    whole = docx(paragraph(run("x")))
    entity = docx(paragraph(run("&b;")), before=ENTITIES)
    reading = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    return {
        "damaged or cut off": whole[: len(whole) // 2],
        "an old Word file": b"\xd0\xcf\x11\xe0" + b"\0" * 600,
        "This is a PDF": b"%PDF-1.7\n",
        "no Word file": b"{\\rtf1 x}",
        "declares a document type": entity,
        "“word/document.xml” declares": docx(paragraph(run("&a;")), before=reading),
        "holds macros": docx(paragraph(run("x")), word__vbaProject_bin=b"x"),
        "unpack to far more": docx(paragraph(run("x")), word__media__big_bin=b"\0" * 30_000_000),
        "is damaged": docx(paragraph("<w:r>")),
        "far too long": docx(paragraph(run("x")), word__styles_xml=b"<x>" + noise(9_000_000)),
    }


def noise(size: int) -> bytes:
    """Bytes that shrink to a tenth only, as honest texts do."""
    block = bytes(range(32, 127)) * 3
    return b"".join(bytes([n % 95 + 32, n // 95 % 95 + 32]) + block for n in range(size // 287))


def archive(*entries: tuple[str, bytes], link: str = "") -> bytes:
    """Return a zip; link names an entry that points elsewhere."""
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w") as target:
        warnings.simplefilter("ignore")  # a name that stands twice is meant
        for name, content in entries:
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = (0o120777 if name == link else 0o100644) << 16
            target.writestr(info, content)
    return out.getvalue()
