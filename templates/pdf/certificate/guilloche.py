"""Draw the certificate's line work: python templates/pdf/certificate/guilloche.py > background.svg.

A frame of interwoven waves, a rosette round the level, and the company's mark: everything on the
page that never changes. Same input, same lines; background.svg beside this file is its output.
"""

import sys
from collections.abc import Callable
from math import cos, pi, sin
from pathlib import Path

Point = tuple[float, float]

INK = "#0b3265"
WIDTH, HEIGHT = 297.0, 210.0  # millimetres, A4 landscape
MARK = Path(__file__).parents[3] / "static" / "img" / "mark-mono.svg"


def smooth(point: Callable[[float], Point], nodes: int) -> str:
    """Return a closed cubic path through point(0..1), tangents taken from the curve.

    Two nodes for each half wave are enough, so the files stay small.
    """
    step, parts = 1e-5, []
    for i in range(nodes + 1):
        t = i / nodes
        (x, y), (ax, ay), (bx, by) = point(t), point((t - step) % 1), point((t + step) % 1)
        dx, dy = (bx - ax) / (6 * step * nodes), (by - ay) / (6 * step * nodes)
        parts.append(f"{x - dx:.2f} {y - dy:.2f} {x:.2f} {y:.2f}" if i else f"M{x:.2f} {y:.2f}")
        if i < nodes:
            parts.append(f"C{x + dx:.2f} {y + dy:.2f}")
    return " ".join(parts) + "Z"


def along_rectangle(distance: float, inset: float, radius: float) -> tuple[float, ...]:
    """Return the point and the outward normal at a distance along a rounded rectangle."""
    x = y = inset
    right, bottom, arc = WIDTH - inset, HEIGHT - inset, pi * radius / 2
    across, down = right - x - 2 * radius, bottom - y - 2 * radius
    pieces = (
        (across, False, x + radius, y, 1, 0),
        (arc, True, right - radius, y + radius, 0, -1),
        (down, False, right, y + radius, 0, 1),
        (arc, True, right - radius, bottom - radius, 1, 0),
        (across, False, right - radius, bottom, -1, 0),
        (arc, True, x + radius, bottom - radius, 0, 1),
        (down, False, x, bottom - radius, 0, -1),
        (arc, True, x + radius, y + radius, -1, 0),
    )
    for length, is_arc, px, py, dx, dy in pieces:
        if distance <= length:
            if not is_arc:
                return px + dx * distance, py + dy * distance, dy, -dx
            turn = distance / radius
            nx, ny = dx * cos(turn) - dy * sin(turn), dx * sin(turn) + dy * cos(turn)
            return px + nx * radius, py + ny * radius, nx, ny
        distance -= length
    return x + radius, y, 0, -1


def frame(
    inset: float = 9, band: float = 7, radius: float = 6, waves: int = 84, strands: int = 6
) -> str:
    """Return a band of interwoven waves between two rules."""
    middle = inset + band / 2
    around = 2 * (WIDTH + HEIGHT - 4 * middle - 4 * radius) + 2 * pi * radius
    paths = []
    for strand in range(strands):

        def point(t: float, phase: float = 2 * pi * strand / strands) -> Point:
            x, y, nx, ny = along_rectangle(around * t, middle, radius)
            wave = 0.7 * sin(2 * pi * waves * t + phase) + 0.3 * sin(pi * waves * t + 2 * phase)
            offset = (band / 2 - 0.55) * wave
            return x + nx * offset, y + ny * offset

        paths.append(smooth(point, waves * 4))
    rules = "".join(
        f'<rect x="{edge:g}" y="{edge:g}" width="{WIDTH - 2 * edge:g}" '
        f'height="{HEIGHT - 2 * edge:g}" rx="{corner:g}" stroke-width="{width:g}"/>'
        for edge, corner, width in (
            (inset, radius + band / 2, 0.4),
            (inset + band, radius - band / 2, 0.18),
        )
    )
    return f'{rules}<path stroke-width=".1" d="{"".join(paths)}"/>'


def rosette(
    x: float, y: float, *, size: float = 54, petals: int = 18, strands: int = 9, clear: float = 0.52
) -> str:
    """Return a seal of three woven rings round a clear centre that holds the level as text."""
    outer, inner = size / 2 - 0.6, size / 2 * clear
    paths = []
    rings = ((0.46, 1, petals, strands), (0.16, 0.56, petals, 6), (0, 0.26, petals * 2, 3))
    for start, end, waves, lines in rings:
        low, high = inner + (outer - inner) * start, inner + (outer - inner) * end
        for line in range(lines):

            def point(
                t: float,
                phase: float = 2 * pi * line / lines,
                low: float = low,
                high: float = high,
                waves: int = waves,
            ) -> Point:
                radius = (low + high) / 2 + (high - low) / 2 * sin(2 * pi * waves * t + phase)
                angle = 2 * pi * t - pi / 2
                return x + radius * cos(angle), y + radius * sin(angle)

            paths.append(smooth(point, waves * 4))
    return (
        f'<path stroke-width=".09" d="{"".join(paths)}"/>'
        f'<circle cx="{x:g}" cy="{y:g}" r="{inner - 0.7:.2f}" stroke-width=".3"/>'
    )


def mark(x: float, y: float, size: float = 7) -> str:
    """Return the company's mark, taken from the site's own drawing."""
    shapes = MARK.read_text("utf-8").partition("</title>")[2].partition("</svg>")[0]
    shapes = shapes.replace("currentColor", INK)
    return f'<g transform="translate({x:g} {y:g}) scale({size / 32:g})">{shapes}</g>'


def background() -> str:
    """Return the whole drawing, one page in size."""
    lines = frame() + rosette(243, 53)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {HEIGHT:g}" '
        f'width="{WIDTH:g}mm" height="{HEIGHT:g}mm">'
        f'<g fill="none" stroke="{INK}">{lines}</g>{mark(30, 26)}</svg>\n'
    )


if __name__ == "__main__":
    sys.stdout.write(background())
