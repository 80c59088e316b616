"""The PDF renderer: a process of its own, started by core/pdf.py and spoken to over its pipes.

WeasyPrint, the fonts and the stylesheets are loaded once and stay. The process knows our own
files and nothing else: no other font, no other file, no network. It imports nothing of the
platform, so that it starts fast and holds little.

Messages are length-prefixed. A request is one JSON object; a reply is one JSON object and,
where it says `"pdf": true`, the file.
"""

import gc
import json
import logging
import os
import signal
import struct
import sys
import warnings
import zlib
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.parse import unquote

if TYPE_CHECKING:
    import pydyf  # type: ignore[import-untyped]
    from weasyprint import CSS, Document
    from weasyprint.text.fonts import FontConfiguration

ROOT = Path(__file__).resolve().parents[2]
FONTS = ROOT / "static" / "fonts"
SHEETS = ROOT / "templates" / "pdf"
#: What a document may name: `own:img/mark.svg` is a file of the first folder that has it.
MEDIA = (ROOT / "static", SHEETS)
FONT_FILES = ("NotoSansSC-Regular.ttf", "NotoSansSC-SemiBold.ttf", "fonts.conf")
#: Tables of a font that a printed line does without: columns, positions and forms that were
#: chosen already, and what only other formats hold.
NOT_FOR_LINES = [b"BASE", b"GDEF", b"GPOS", b"GSUB", b"STAT", b"VORG", b"gasp", b"vhea", b"vmtx"]
MEMORY_LIMIT = 1 << 30

LENGTH = struct.Struct(">I")


def send(pipe: BinaryIO, message: bytes) -> None:
    """Write one message."""
    data = memoryview(LENGTH.pack(len(message)) + message)
    while data:
        data = data[pipe.write(data) :]
    pipe.flush()


def receive(pipe: BinaryIO) -> bytes:
    """Read one message. Raises EOFError where the other side is gone."""
    return _exactly(pipe, LENGTH.unpack(_exactly(pipe, LENGTH.size))[0])


def _exactly(pipe: BinaryIO, count: int) -> bytes:
    data = bytearray()
    while len(data) < count:
        part = pipe.read(count - len(data))
        if not part:
            raise EOFError
        data += part
    return bytes(data)


def media_path(url: str) -> Path:
    """Return the file that an `own:` address names. Raises ValueError where it names none."""
    scheme, _, rest = url.partition(":")
    if scheme.lower() == "own":
        for folder in MEDIA:
            path = (folder / unquote(rest).lstrip("/")).resolve()
            if path.is_relative_to(folder) and path.is_file():
                return path
    raise ValueError(f"not one of our files: {url[:200]}")


class Complaints(logging.Handler):
    """What WeasyPrint only logs: characters without a glyph, and whatever else went wrong."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.missing: list[str] = []
        self.others: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the record until the reply is sent."""
        if str(record.msg).startswith(".notdef glyph") and isinstance(record.args, tuple):
            self.missing.append(str(record.args[0]))
        else:
            self.others.append(record.getMessage())


class Underlay:
    """A drawing that lies under every page: turned into PDF operators once, then only copied.

    Drawing the same thousand curves for each certificate would take longer than all the rest.
    """

    def __init__(self, path: Path, fonts: "FontConfiguration") -> None:
        from weasyprint import HTML  # noqa: PLC0415

        drawing = path.read_text("utf-8")
        size = " ".join(_attribute(drawing, name) for name in ("width", "height"))
        style = f"@page{{size:{size};margin:0}} svg{{display:block}} body{{margin:0}}"
        document = HTML(string=f"<style>{style}</style>{drawing}").render(font_config=fonts)
        self.content, self.box = b"", ""
        document.write_pdf(finisher=self._keep)

    def _keep(self, _document: "Document", pdf: "pydyf.PDF") -> None:
        page = pdf.objects[pdf.pages["Kids"][0]]
        resources = _referred(pdf, page["Resources"])
        opacities = [value for state in resources["ExtGState"].values() for value in state.values()]
        borrowed = any(resources[kind] for kind in ("XObject", "Pattern", "Shading"))
        if borrowed or any(opacity != 1 for opacity in opacities):
            raise ValueError("an underlay is drawn by opaque lines and areas only")
        items = (
            item if isinstance(item, bytes) else str(item).encode()
            for item in _referred(pdf, page["Contents"]).stream
        )
        content = b"\n".join(item for item in items if not item.endswith(b" gs"))
        self.content, self.box = zlib.compress(content, 9), page["MediaBox"]

    def __call__(self, _document: "Document", pdf: "pydyf.PDF") -> None:
        """Put the drawing under every page, as an artifact that screen readers pass over."""
        import pydyf  # noqa: PLC0415

        kind = {"Type": "/XObject", "Subtype": "/Form", "BBox": self.box, "Filter": "/FlateDecode"}
        form = pydyf.Stream([self.content], kind)
        call = pydyf.Stream([b"/Artifact BMC q /underlay Do Q EMC"])
        pdf.add_object(form)
        pdf.add_object(call)
        for number in pdf.pages["Kids"][::3]:
            page = pdf.objects[number]
            _referred(pdf, page["Resources"])["XObject"]["underlay"] = form.reference
            page["Contents"] = pydyf.Array([call.reference, page["Contents"]])


def subset(font: Any, glyphs: Iterable[int], hinting: bool) -> None:
    """Keep the glyphs of one document, under their numbers, and what draws them on a line.

    In place of WeasyPrint's own way, which walks over all thirty thousand glyphs a second time,
    and keeps how they stand in columns: a third of the time of a document.
    """
    from weasyprint.text.ffi import ffi, harfbuzz, harfbuzz_subset  # noqa: PLC0415
    from weasyprint.text.fonts import get_hb_object_data  # noqa: PLC0415

    def add(numbers: Iterable[int], into: Any) -> None:
        ordered = sorted(numbers)
        harfbuzz.hb_set_add_sorted_array(into, ffi.new("hb_codepoint_t[]", ordered), len(ordered))

    wanted = harfbuzz_subset.hb_subset_input_create_or_fail()
    wanted = ffi.gc(wanted, harfbuzz_subset.hb_subset_input_destroy)
    add(glyphs, harfbuzz_subset.hb_subset_input_glyph_set(wanted))
    tables = harfbuzz_subset.HB_SUBSET_SETS_DROP_TABLE_TAG
    add(
        (harfbuzz.hb_tag_from_string(name, -1) for name in NOT_FOR_LINES),
        harfbuzz_subset.hb_subset_input_set(wanted, tables),
    )
    flags = harfbuzz_subset.HB_SUBSET_FLAGS_RETAIN_GIDS
    if not hinting:
        flags |= harfbuzz_subset.HB_SUBSET_FLAGS_NO_HINTING
    harfbuzz_subset.hb_subset_input_set_flags(wanted, flags)
    face = harfbuzz_subset.hb_subset_or_fail(font.hb_face, wanted)
    if face == ffi.NULL:
        raise ValueError(f"no subset of {font.family}")
    font.file_content = get_hb_object_data(ffi.gc(face, harfbuzz.hb_face_destroy))


def pack(pdf: "pydyf.PDF") -> None:
    """Compress the fonts with less zeal: a hundred bytes more, in two thirds of the time."""
    for item in pdf.objects:
        if getattr(item, "compress", False) and "Length1" in item.extra:
            item.stream, item.compress = [zlib.compress(b"".join(item.stream))], False
            item.extra["Filter"] = "/FlateDecode"


def _referred(pdf: "pydyf.PDF", reference: bytes) -> Any:
    return pdf.objects[int(reference.split()[0])]


def _attribute(svg: str, name: str) -> str:
    return svg.partition(">")[0].partition(f' {name}="')[2].partition('"')[0]


class Renderer:
    """WeasyPrint with our fonts, and everything that is worth keeping between two documents."""

    def __init__(self) -> None:
        from weasyprint.pdf.fonts import Font  # noqa: PLC0415
        from weasyprint.text.ffi import harfbuzz_subset  # noqa: PLC0415
        from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415
        from weasyprint.urls import URLFetcher, URLFetcherResponse  # noqa: PLC0415

        class OwnFiles(URLFetcher):
            """Fetch `data:` addresses and our own files."""

            def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
                """Return the response, or raise ValueError, which WeasyPrint logs."""
                if url[:5].lower() == "data:":
                    return super().fetch(url, headers)
                path = media_path(url)
                kinds = {".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg"}
                kind = kinds.get(path.suffix.lower())
                if kind is None:
                    raise ValueError(f"not a picture: {path.name}")
                return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})

        if harfbuzz_subset is not None:
            Font.subset = subset
        self.fonts = FontConfiguration()
        self.fetcher = OwnFiles(allowed_protocols=["data"], allow_redirects=False)
        self.sheets: dict[tuple[Path, int], CSS] = {}
        self.underlays: dict[tuple[Path, int], Underlay] = {}
        self.complaints = Complaints()
        log = logging.getLogger("weasyprint")
        log.addHandler(self.complaints)
        log.propagate = False

    def answer(self, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        """Render one document. Returns the reply's head and the file."""
        self.complaints.missing.clear()
        self.complaints.others.clear()
        data = self._render(request)
        if self.complaints.missing:
            missing = "".join(dict.fromkeys(self.complaints.missing))
            return {"error": "missing", "detail": missing}, b""
        return {"pdf": True, "warnings": self.complaints.others[:20]}, data

    def _render(self, request: dict[str, Any]) -> bytes:
        from weasyprint import HTML  # noqa: PLC0415

        html = HTML(string=request["html"], url_fetcher=self.fetcher)
        sheets = [self._sheet(name) for name in request["stylesheets"]]
        document = html.render(font_config=self.fonts, stylesheets=sheets)
        if request["variant"].startswith("pdf/ua") and not document.metadata.title:
            raise ValueError("a tagged PDF needs a <title>")
        if request["variant"].startswith("pdf/ua") and not document.metadata.lang:
            raise ValueError("a tagged PDF needs <html lang>")
        underlay = self._underlay(request["underlay"]) if request["underlay"] else None

        def finish(document: "Document", pdf: "pydyf.PDF") -> None:
            if underlay:
                underlay(document, pdf)
            pack(pdf)

        out = BytesIO()
        document.write_pdf(out, finisher=finish, pdf_variant=request["variant"] or None)
        return out.getvalue()

    def _sheet(self, name: str) -> "CSS":
        from weasyprint import CSS  # noqa: PLC0415

        path = _template_file(name)
        key = (path, path.stat().st_mtime_ns)
        if key not in self.sheets:
            self.sheets[key] = CSS(
                string=path.read_text("utf-8"), font_config=self.fonts, url_fetcher=self.fetcher
            )
        return self.sheets[key]

    def _underlay(self, name: str) -> Underlay:
        path = _template_file(name)
        key = (path, path.stat().st_mtime_ns)
        if key not in self.underlays:
            self.underlays[key] = Underlay(path, self.fonts)
        return self.underlays[key]


def _template_file(name: str) -> Path:
    path = (SHEETS / name).resolve()
    if not path.is_relative_to(SHEETS) or not path.is_file():
        raise ValueError(f"no such file under templates/pdf: {name}")
    return path


def _limit_memory() -> None:
    try:
        import resource  # noqa: PLC0415
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))


def _start() -> tuple[Renderer | None, dict[str, Any]]:
    """Load what is needed. Returns the renderer, if there is one, and what to say first."""
    lost = [name for name in FONT_FILES if not (FONTS / name).is_file()]
    if lost:
        return None, {"error": "fonts", "detail": ", ".join(lost)}
    os.environ["FONTCONFIG_FILE"] = str(FONTS / "fonts.conf")
    warnings.simplefilter("ignore")  # the one about harfbuzz-subset is answered below
    try:
        from weasyprint.text import ffi  # noqa: PLC0415

        return Renderer(), {"subset": ffi.harfbuzz_subset is not None}
    except ImportError as fault:
        return None, {"error": "package", "detail": str(fault)}
    except OSError as fault:  # no Pango
        return None, {"error": "library", "detail": str(fault).partition("\n")[0]}


def main() -> None:
    """Say what is there, then answer until the other side closes the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server; we see its end
    inbox = os.fdopen(0, "rb", buffering=0)
    outbox = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)  # a library that prints must not spoil the conversation
    _limit_memory()
    renderer, greeting = _start()
    send(outbox, json.dumps(greeting).encode())
    gc.freeze()
    gc.disable()  # a document makes a million small objects; the rubbish is taken out after it
    while renderer is not None:
        try:
            request = json.loads(receive(inbox))
        except EOFError:
            return
        try:
            head, data = renderer.answer(request)
        except Exception as fault:  # a fault of one document is not the end
            head, data = {"error": "fault", "detail": f"{type(fault).__name__}: {fault}"}, b""
        send(outbox, json.dumps(head).encode())
        if data:
            send(outbox, data)
        gc.collect()


if __name__ == "__main__":
    main()
    sys.exit(0)
