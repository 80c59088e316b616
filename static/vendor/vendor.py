"""Vendor the browser side: pinned npm packages, checked against a lock, unpacked into static/.

Run it from anywhere with `python static/vendor/vendor.py`; only maintainers need npm. The files are
committed, so setting the product up fetches nothing. A package whose content changed under the same
version stops the run before a file is written.
"""

import base64
import hashlib
import io
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
STATIC = HERE.parent
LOCK = HERE / "vendor.lock.json"

HTMX = ("htmx.org", "4.0.1")
TABLER = ("@tabler/icons", "3.51.0")


def fetch(name: str, version: str, known: dict[str, dict[str, object]]) -> tuple[str, bytes]:
    """Get one tarball from the registry and check it against the lock."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["npm", "pack", "--json", f"{name}@{version}", "--pack-destination", folder]
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603
        told = json.loads(printed)
        info = told[0] if isinstance(told, list) else next(iter(told.values()))
        content = Path(folder, info["filename"]).read_bytes()
    integrity = "sha512-" + base64.b64encode(hashlib.sha512(content).digest()).decode()
    if integrity != info["integrity"]:
        sys.exit(f"{name}@{version}: the download does not match what the registry announces")
    locked = known.get(name, {})
    if locked.get("version") == version and locked.get("integrity") != integrity:
        sys.exit(f"{name}@{version}: the content differs from the lock")
    return integrity, content


def member(content: bytes, path: str) -> bytes:
    """Read one file out of a package."""
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        handle = archive.extractfile("package/" + path)
        if handle is None:
            sys.exit(f"{path} is not in the package")
        return handle.read()


def sprite(package: bytes) -> bytes:
    """Build one sprite of the icons in icons/names.txt; each symbol has the id `i-<name>`."""
    lines = [
        '<svg xmlns="http://www.w3.org/2000/svg">',
        "<!-- Tabler Icons 3.51.0, MIT License, see LICENSE.txt beside this file -->",
    ]
    for name in (STATIC / "icons/names.txt").read_text().split():
        source = member(package, f"icons/outline/{name}.svg").decode()
        inner = re.search(r"<svg[^>]*>(.*)</svg>", source, re.DOTALL)
        if inner is None:
            sys.exit(f"the icon {name} is not an SVG")
        shapes = re.sub(r"\s*\n\s*", "", inner[1]).replace(" />", "/>").strip()
        shapes = shapes.replace('<path stroke="none" d="M0 0h24v24H0z" fill="none"/>', "")
        lines.append(f'<symbol id="i-{name}" viewBox="0 0 24 24">{shapes}</symbol>')
    return ("\n".join([*lines, "</svg>"]) + "\n").encode()


def main() -> None:
    """Write every vendored file and record its hash."""
    known = json.loads(LOCK.read_text()) if LOCK.exists() else {}
    htmx_integrity, htmx = fetch(*HTMX, known)
    tabler_integrity, tabler = fetch(*TABLER, known)
    folder = f"vendor/htmx-{HTMX[1]}"
    packages = {
        HTMX: (
            htmx_integrity,
            "0BSD",
            {
                f"{folder}/htmx.min.js": member(htmx, "dist/htmx.min.js"),
                f"{folder}/LICENSE.txt": member(htmx, "LICENSE"),
            },
        ),
        TABLER: (
            tabler_integrity,
            "MIT",
            {
                "icons/sprite.svg": sprite(tabler),
                "icons/LICENSE.txt": member(tabler, "LICENSE"),
            },
        ),
    }
    lock = {}
    for (name, version), (integrity, licence, files) in packages.items():
        for path, content in files.items():
            target = STATIC / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        hashes = {path: hashlib.sha256(content).hexdigest() for path, content in files.items()}
        lock[name] = {
            "version": version,
            "licence": licence,
            "integrity": integrity,
            "sha256": hashes,
        }
    LOCK.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
