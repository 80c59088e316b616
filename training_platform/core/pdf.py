"""PDF files: HTML in, a tagged PDF with embedded fonts out.

The work is done by one child process per process (core/pdf_worker.py), started on first use:
WeasyPrint takes more than a second to load, keeps C libraries busy, and draws what people
typed, so it lives apart, with a time and a memory limit, and is replaced when it dies.
Rendering is slow work: call it before a transaction or in a job.

    html = render_template("pdf/certificate/certificate.html", …)
    data = pdf.render(html, stylesheets=["certificate/certificate.css"])

Below are the pure helpers that print templates need: fit, balance, svg_for_pdf, qr_svg.
"""

import atexit
import json
import logging
import os
import re
import subprocess
import sys
import threading
import unicodedata
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any, BinaryIO, cast

from jinja2 import Environment

from training_platform.core import pdf_worker

log = logging.getLogger(__name__)

#: A document that takes longer is given up, in seconds.
TIME_LIMIT = 20.0
#: Loading the libraries and fonts on a cold disk may take longer than a document.
START_LIMIT = 60.0
#: All that the child sees of the environment: no secrets, no database address.
ENVIRONMENT = (
    *("PATH", "PYTHONPATH", "HOME", "XDG_CACHE_HOME", "TMPDIR", "TEMP", "TMP", "LANG", "LC_ALL"),
    *("LD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH"),
    *("SYSTEMROOT", "WEASYPRINT_DLL_DIRECTORIES"),
)
INSTALL_COMMAND = "apt-get install -y libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"


class PdfError(Exception):
    """No PDF was made: the document is at fault, took too long, or the renderer died twice."""


class PdfUnavailableError(PdfError):
    """The machine lacks what makes PDF files; `command` is what to run."""

    def __init__(self, reason: str, command: str) -> None:
        super().__init__(f"{reason}; run: {command}")
        self.reason = reason
        self.command = command


class MissingGlyphError(PdfError):
    """The fonts lack `characters`: the file would show boxes, though its text could be copied."""

    def __init__(self, characters: str) -> None:
        named = ", ".join(f"{char} (U+{ord(char):04X})" for char in characters)
        super().__init__(f"the fonts have no glyph for {named}")
        self.characters = characters


class PdfTimeoutError(PdfError):
    """The document took longer than TIME_LIMIT."""


class _RendererDiedError(Exception):
    """The pipe is closed."""


def render(
    html: str,
    *,
    stylesheets: Sequence[str] = (),
    underlay: str | None = None,
    variant: str = "pdf/ua-1",
) -> bytes:
    """Return the document as a PDF file.

    Title, language and author are taken from the document (`<title>`, `<html lang>`, `<meta
    name=author>`); a tagged variant needs the first two. Stylesheets and the underlay are
    files under templates/pdf; the underlay is an SVG, one page in size, drawn under every page
    and passed over by screen readers. A document may refer to `data:` addresses and to
    pictures of ours as `own:img/mark.svg` (under static/ or templates/pdf); anything else is
    not fetched, left out of the file and logged.

    Raises PdfUnavailableError where the machine lacks Pango or the fonts, MissingGlyphError
    where the fonts lack a character, PdfTimeoutError, and PdfError for everything else.
    """
    request = {
        "html": html,
        "stylesheets": list(stylesheets),
        "underlay": underlay,
        "variant": variant,
    }
    head, data = _renderer.ask(request)
    for warning in head.get("warnings", ()):
        log.warning("PDF: %s", warning)
    if head.get("error") == "missing":
        raise MissingGlyphError(head["detail"])
    if "error" in head:
        raise PdfError(head["detail"])
    return data


def warm(stylesheets: Sequence[str] = (), underlay: str | None = None) -> None:
    """Start the renderer and load the fonts and these files, so that nobody waits for it.

    Raises what render() raises.
    """
    html = '<html lang="en"><title>Warm</title><p>Warm <b style="font-weight: 600">warm</b></p>'
    render(html, stylesheets=stylesheets, underlay=underlay)


def check() -> str | None:
    """Tell what this machine lacks and what to run, or None where nothing is missing.

    Without harfbuzz-subset files are made all the same, but slowly.
    """
    try:
        greeting = _renderer.start()
    except PdfError as fault:
        return str(fault)
    if not greeting["subset"]:
        return f"harfbuzz-subset is missing, PDF files take long; run: {INSTALL_COMMAND}"
    return None


def close() -> None:
    """End the renderer; the next document starts another."""
    _renderer.close()


class _Renderer:
    """The child process and the conversation with it; one document at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._greeting: dict[str, Any] = {}

    def start(self) -> dict[str, Any]:
        """Make sure that the child runs. Returns what it said at its start."""
        with self._lock:
            self._running()
            return self._greeting

    def ask(self, request: Mapping[str, Any]) -> tuple[dict[str, Any], bytes]:
        """Send a request and return the answer. A child that died is replaced, once."""
        message = json.dumps(request).encode()
        with self._lock:
            for _attempt in range(2):
                try:
                    return self._talk(self._running(), message, TIME_LIMIT)
                except _RendererDiedError:
                    log.warning("the PDF renderer died")
            raise PdfError("the PDF renderer died twice over this document")

    def close(self) -> None:
        """End the child, if there is one."""
        with self._lock:
            self._end()

    def forget(self) -> None:
        """Let go of the parent's child after a fork, without a word to it."""
        self._lock = threading.Lock()  # another thread may have held the old one
        process, self._process = self._process, None
        if process is not None:
            process.poll()  # not our child: Popen notes that there is nothing to wait for
            for pipe in (process.stdin, process.stdout):
                cast("BinaryIO", pipe).close()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self._end()
        self._process = process = subprocess.Popen(  # noqa: S603  # our own file
            [sys.executable, "-P", pdf_worker.__file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            env={name: os.environ[name] for name in ENVIRONMENT if name in os.environ},
        )
        try:
            self._greeting, _ = self._talk(process, None, START_LIMIT)
        except _RendererDiedError:
            raise PdfError("the PDF renderer does not start") from None
        if "error" in self._greeting:
            self._end()
            raise _unavailable(self._greeting)
        return process

    def _talk(
        self, process: subprocess.Popen[bytes], message: bytes | None, limit: float
    ) -> tuple[dict[str, Any], bytes]:
        """Send the message, if any, and return the answer; kill the child at the limit."""
        inbox, outbox = cast("BinaryIO", process.stdin), cast("BinaryIO", process.stdout)
        too_late = threading.Event()

        def give_up() -> None:
            too_late.set()
            process.kill()

        alarm = threading.Timer(limit, give_up)
        alarm.daemon = True
        alarm.start()
        try:
            if message is not None:
                pdf_worker.send(inbox, message)
            head = json.loads(pdf_worker.receive(outbox))
            return head, pdf_worker.receive(outbox) if head.get("pdf") else b""
        except (EOFError, OSError):
            self._end()
            if too_late.is_set():
                raise PdfTimeoutError(f"no PDF after {limit:g} seconds") from None
            raise _RendererDiedError from None
        except BaseException:  # half an answer is in the pipe: nobody must read it as theirs
            self._end()
            raise
        finally:
            alarm.cancel()

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            cast("BinaryIO", pipe).close()


def _unavailable(greeting: Mapping[str, str]) -> PdfUnavailableError:
    detail = greeting["detail"]
    match greeting["error"]:
        case "fonts":
            return PdfUnavailableError(
                f"static/fonts lacks {detail}", "git checkout -- static/fonts"
            )
        case "package":
            return PdfUnavailableError(f"a Python package is missing ({detail})", "make setup")
        case _:
            return PdfUnavailableError(f"Pango is missing ({detail})", INSTALL_COMMAND)


_renderer = _Renderer()
atexit.register(_renderer.close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renderer.forget)


def add_helpers(environment: Environment) -> None:
    """Give templates the filters ems, fit and balance and the function qr_svg."""
    environment.filters.update(ems=ems, fit=fit, balance=balance)
    environment.globals.update(qr_svg=qr_svg)


def ems(text: str) -> float:
    """Return a text's rough width in ems: hanzi one, capitals and wide letters more than others.

    It errs on the wide side, so that what is measured by it fits.
    """
    wide = sum(unicodedata.east_asian_width(char) in "WF" or char in "·—…‘’“”" for char in text)
    upper = sum(char.isupper() or char in "mwMW@%" for char in text)
    return wide + 0.7 * upper + 0.56 * (len(text) - wide - upper)


def fit(text: str, width: float, largest: float, smallest: float) -> float:
    """Return the largest size, in half points, at which the text stays on one line.

    The width is in points. Below the smallest size the text breaks into more lines instead.
    """
    return max(smallest, min(largest, int(2 * width / max(ems(text), 1)) / 2))


def balance(text: str, width: float, size: float) -> float:
    """Return a line width in points at which a long title breaks into lines of equal length.

    Print has no `text-wrap: balance`.
    """
    total = ems(text) * size
    lines = -(-total // width)
    return width if lines < 2 else min(width, total / lines + 1.5 * size)


def svg_for_pdf(svg: str, theme: Mapping[str, str], family: str, color: str = "#141d29") -> str:
    """Return an SVG with its `var()` resolved and font and color written in.

    WeasyPrint paints `var()` black and gives an inline SVG neither font nor color of the page.
    """
    resolved = re.sub(
        r"var\((--[\w-]+)\s*,\s*([^)]+)\)", lambda found: theme.get(found[1], found[2]), svg
    )
    resolved = resolved.replace("currentColor", color)
    return resolved.replace("<svg ", f'<svg font-family="{family}" color="{color}" ', 1)


def qr_svg(text: str, title: str) -> str:
    """Return a QR code as an inline SVG: level M, black, without a border, sized by its box.

    The letter case is kept: addresses are case-sensitive. The title is what a screen reader says.
    """
    import segno  # noqa: PLC0415  # only documents need it

    out = BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", xmldecl=False, border=0, omitsize=True, dark="#000", title=title
    )
    return out.getvalue().decode()
