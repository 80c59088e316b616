"""The dataset's file: gzipped lines of JSON, equal byte by byte for equal records.

The first line is the header; then, per entity, a line that names its fields, then its records.
"""

import gzip
import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NAME = "b2b_cn"
FILE = Path(__file__).parent / f"{NAME}.jsonl.gz"
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Header:
    """What a dataset is: its name, its version, and the instant at which its history ends."""

    dataset: str
    version: int
    now: str


def write(path: Path, header: Header, tables: Mapping[str, Sequence[Row]]) -> str:
    """Write a dataset of plain rows (values.to_plain) and return the SHA-256 of its lines."""
    text = "\n".join(_lines(header, tables)) + "\n"
    raw = text.encode("utf-8")
    buffer = io.BytesIO()
    with gzip.GzipFile(fileobj=buffer, mode="wb", mtime=0, filename="", compresslevel=9) as packed:
        packed.write(raw)
    path.write_bytes(buffer.getvalue())
    return hashlib.sha256(raw).hexdigest()


def read_header(path: Path = FILE) -> Header:
    """Return the header without reading the records."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return Header(**json.loads(next(lines)))


def read(path: Path = FILE) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield each entity with its plain rows, in the file's order."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        next(lines)
        for line in lines:
            head = json.loads(line)
            names = head["fields"]
            rows = (json.loads(next(lines)) for _number in range(head["count"]))
            yield head["entity"], [dict(zip(names, row, strict=True)) for row in rows]


def digest(path: Path = FILE) -> str:
    """Return the SHA-256 of the file's lines."""
    with gzip.open(path, "rb") as packed:
        return hashlib.sha256(packed.read()).hexdigest()


def _lines(header: Header, tables: Mapping[str, Iterable[Row]]) -> Iterator[str]:
    yield _dump(header.__dict__)
    for entity, found in tables.items():
        rows = list(found)
        names = list(rows[0]) if rows else []
        yield _dump({"entity": entity, "fields": names, "count": len(rows)})
        for row in rows:
            yield _dump([row[name] for name in names])


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
