"""SVG figures: checked against a list of what may stand in them, then written into the page."""

import re
from dataclasses import dataclass
from typing import Any

from lxml import etree
from markupsafe import escape

MAX_BYTES = 100_000
_SVG = "{http://www.w3.org/2000/svg}"
_XLINK = "{http://www.w3.org/1999/xlink}"

#: title and desc are allowed and left out: the alternative text of the lesson speaks instead.
_DROPPED = frozenset({"title", "desc"})
_ELEMENTS = _DROPPED | {
    "svg",
    "g",
    "path",
    "rect",
    "circle",
    "ellipse",
    "line",
    "polyline",
    "polygon",
    "text",
    "tspan",
    "defs",
    "marker",
    "clipPath",
    "linearGradient",
    "radialGradient",
    "stop",
    "use",
}
_ATTRIBUTES = frozenset(
    {
        "id", "class", "lang", "role", "aria-hidden", "aria-label", "aria-labelledby", "version",
        "viewBox", "preserveAspectRatio", "width", "height", "x", "y", "x1", "x2", "y1", "y2",
        "cx", "cy", "r", "rx", "ry", "fx", "fy", "d", "dx", "dy", "points", "transform", "rotate",
        "fill", "fill-opacity", "fill-rule", "stroke", "stroke-width", "stroke-opacity",
        "stroke-dasharray", "stroke-dashoffset", "stroke-linecap", "stroke-linejoin",
        "stroke-miterlimit", "opacity", "color", "clip-path", "clip-rule", "clipPathUnits",
        "font-size", "font-weight", "font-family", "font-style", "text-anchor", "text-decoration",
        "dominant-baseline", "textLength", "lengthAdjust", "letter-spacing", "paint-order",
        "vector-effect", "offset", "stop-color", "stop-opacity", "gradientUnits",
        "gradientTransform", "spreadMethod", "marker-start", "marker-mid", "marker-end",
        "markerWidth", "markerHeight", "markerUnits", "orient", "refX", "refY", "href",
    }
)  # fmt: skip
_ROOT_SIZE = frozenset({"width", "height", "role", "aria-label", "aria-labelledby", "class"})
_ONLY_INSIDE = re.compile(r"url\(\s*['\"]?#([\w.-]+)['\"]?\s*\)")
_REACHES_OUT = re.compile(r"url\s*\(|javascript:|data:|//|@import|expression|\\", re.IGNORECASE)


@dataclass(frozen=True)
class Flaw:
    """What is wrong in a figure."""

    line: int
    key: str
    problem: str
    expected: str


def examine(svg: bytes) -> list[Flaw]:
    """Return everything that keeps a figure out of a page; an empty list means it is safe."""
    root, flaws = _parse(svg)
    return flaws if root is None else _flaws(root)


def draw(svg: bytes, alternative: str, prefix: str) -> str:
    """Return the figure as inline markup, its ids beginning with prefix; "" if it is not safe."""
    root, _ = _parse(svg)
    if root is None or _flaws(root):
        return ""
    for element in [each for each in root.iter() if not isinstance(each.tag, str)]:
        _remove(element)
    for element in [each for each in root.iter() if _name(each) in _DROPPED]:
        _remove(element)
    for element in root.iter():
        for name, value in list(element.attrib.items()):
            _rename(element, str(name), str(value), prefix)
    for name in _ROOT_SIZE & set(root.attrib):
        del root.attrib[name]
    markup = str(etree.tostring(root, encoding="unicode", with_tail=False))
    opening = f'<svg class="figure-art" role="img" aria-label="{escape(alternative)}"'
    return opening + markup.removeprefix("<svg")


def smallest_text(svg: bytes) -> float | None:
    """Return the smallest font size for a figure 320 units wide; None where it has no text."""
    root, _ = _parse(svg)
    if root is None:
        return None
    box = str(root.get("viewBox", "")).replace(",", " ").split()
    width = float(box[2]) if len(box) == 4 else 320.0
    sizes = [
        float(size)
        for element in root.iter(f"{_SVG}text", f"{_SVG}tspan")
        if re.fullmatch(r"[0-9.]+", size := str(element.get("font-size", "")))
    ]
    return min(sizes) * 320 / width if sizes and width else None


def _parse(svg: bytes) -> tuple[Any, list[Flaw]]:
    if len(svg) > MAX_BYTES:
        return None, [Flaw(1, "svg", "is too large", f"at most {MAX_BYTES:,} bytes")]
    if b"<!DOCTYPE" in svg or b"<!ENTITY" in svg:
        return None, [Flaw(1, "svg", "declares a document type", "an svg element only")]
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True
    )
    try:
        root = etree.fromstring(svg, parser)
    except etree.XMLSyntaxError as error:
        line = error.lineno or 1
        return None, [Flaw(line, "svg", "is no XML; is the file cut off?", "a whole SVG file")]
    if root.getroottree().docinfo.doctype:
        return None, [Flaw(1, "svg", "declares a document type", "an svg element only")]
    if root.tag != f"{_SVG}svg":
        expected = 'svg with xmlns="http://www.w3.org/2000/svg"'
        return None, [Flaw(root.sourceline or 1, "svg", "is something else", expected)]
    return root, []


def _flaws(root: Any) -> list[Flaw]:
    flaws = []
    if not re.fullmatch(r"[-0-9. ,]+", str(root.get("viewBox", ""))):
        flaws.append(Flaw(root.sourceline or 1, "viewBox", "is missing", "viewBox on the svg"))
    for element in root.iter():
        line = element.sourceline or 1
        if not isinstance(element.tag, str):
            flaws.append(Flaw(line, "svg", "has a processing instruction or entity", "shapes only"))
            continue
        name = _name(element)
        if name not in _ELEMENTS or element.tag != f"{_SVG}{name}":
            flaws.append(Flaw(line, name, "may not stand in a figure", "shapes and text only"))
            continue
        for attribute, value in element.attrib.items():
            flaw = _attribute_flaw(name, str(attribute), str(value))
            if flaw:
                flaws.append(Flaw(line, f"{name} {_plain(str(attribute))}", *flaw))
    return flaws


def _attribute_flaw(element: str, attribute: str, value: str) -> tuple[str, str] | None:
    if attribute in {"href", f"{_XLINK}href"}:
        if element in {"use", "linearGradient", "radialGradient"} and value.startswith("#"):
            return None
        return "points outside", "a reference within the figure, #id"
    if attribute not in _ATTRIBUTES:
        return "may not stand in a figure", "presentation attributes; no style, no script"
    if attribute not in {"aria-label"} and _REACHES_OUT.search(_ONLY_INSIDE.sub("", value)):
        return "points outside", "a color, a number or url(#id)"
    return None


def _rename(element: Any, name: str, value: str, prefix: str) -> None:
    if name == "id":
        element.set(name, prefix + value)
    elif name in {"href", f"{_XLINK}href"}:
        del element.attrib[name]
        element.set("href", "#" + prefix + value.removeprefix("#"))
    elif name == "class":
        del element.attrib[name]  # classes of the page mean something else
    elif "url(" in value:
        element.set(name, _ONLY_INSIDE.sub(rf"url(#{prefix}\1)", value))


def _remove(element: Any) -> None:
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:  # lxml would take the text behind the element with it
        _keep_tail(parent, element)
    parent.remove(element)


def _keep_tail(parent: Any, element: Any) -> None:
    before = element.getprevious()
    if before is None:
        parent.text = (parent.text or "") + element.tail
    else:
        before.tail = (before.tail or "") + element.tail


def _name(element: Any) -> str:
    return _plain(element.tag) if isinstance(element.tag, str) else ""


def _plain(tag: str) -> str:
    return tag.rsplit("}", 1)[-1]
