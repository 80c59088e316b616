"""What an attempt leaves behind: enough to grade it again, anywhere, years later.

The evidence holds no reference into a database. With the dataset's file of the named version it
says everything: what lay in the workspace at the start, what lies there now, what was done in
which order, what the task drew for this person and what was answered beside the records.
"""

import gzip
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

#: Rows and events are plain: what crm.values.to_plain returns.
Row = Mapping[str, Any]
FORMAT = 1


@dataclass(frozen=True)
class Evidence:
    """An attempt as it was handed in. Instants are texts in UTC with Z, as in the event log."""

    task: str
    #: The text of the task that it was taken with: a revision of the content.
    revision: int
    dataset: str
    dataset_version: int
    #: What was drawn for this person, and the answers that follow from it.
    params: Mapping[str, Any]
    key: Mapping[str, Any]
    started_at: str
    ended_at: str
    #: Rows of the workspace when the attempt began, and when it ended, by entity: tombstones too.
    planted: Mapping[str, Sequence[Row]]
    rows: Mapping[str, Sequence[Row]]
    #: Everything that was done from the start on, in order.
    events: Sequence[Row]
    #: What was typed into the task's own fields, by check.
    answers: Mapping[str, str] = field(default_factory=dict)
    format: int = FORMAT

    def canonical(self) -> bytes:
        """Return the one text of this evidence: equal evidence, equal bytes."""
        return json.dumps(
            asdict(self), ensure_ascii=False, sort_keys=True, separators=(",", ":")
        ).encode()

    def digest(self) -> str:
        """Return the SHA-256 of the canonical text, which the training record keeps."""
        return hashlib.sha256(self.canonical()).hexdigest()

    def pack(self) -> bytes:
        """Return it compressed, as it is stored."""
        return gzip.compress(self.canonical(), compresslevel=9, mtime=0)


def unpack(packed: bytes) -> Evidence:
    """Return the evidence that was packed. Raises ValueError for another format."""
    found = json.loads(gzip.decompress(packed))
    if found.get("format") != FORMAT:
        raise ValueError(f"evidence of format {found.get('format')}, known is {FORMAT}")
    return Evidence(**found)
