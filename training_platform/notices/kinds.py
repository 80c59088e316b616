"""What a kind of notices is made of."""

from dataclasses import dataclass


@dataclass(frozen=True)
class NoticeText:
    """What a kind of notice says."""

    icon: str
    title: str
    body: str
    #: Its group in the settings of mail; empty: by how the kind's name begins (notices/groups.py).
    group: str = ""
