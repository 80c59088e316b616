"""Chance that comes out the same each time: each row has its own source, whatever stands beside."""

import hmac
import math
from collections.abc import Mapping, Sequence
from hashlib import sha256
from random import Random
from typing import TypeVar

Item = TypeVar("Item")
SEED = b"b2b_cn"


class Dice:
    """The chance of one row.

    Only random() and fsum() are used: they are the same in every Python; sum() is not.
    """

    def __init__(self, table: str, ident: int | str) -> None:
        key = hmac.new(SEED, f"{table}:{ident}".encode(), sha256).digest()
        self._random = Random(int.from_bytes(key, "big"))  # noqa: S311  # nothing secret here

    def share(self) -> float:
        """Return a number from 0 up to 1."""
        return self._random.random()

    def chance(self, probability: float) -> bool:
        """Tell whether something of this probability happens."""
        return self.share() < probability

    def between(self, low: float, high: float) -> float:
        """Return a number between two others."""
        return low + (high - low) * self.share()

    def whole(self, low: int, high: int) -> int:
        """Return a whole number from low to high, both included."""
        return low + int(self.share() * (high - low + 1))

    def pick(self, items: Sequence[Item]) -> Item:
        """Return one of the items."""
        return items[int(self.share() * len(items))]

    def weighted(self, weights: Mapping[Item, float]) -> Item:
        """Return one of the keys, as often as its weight says."""
        left = self.share() * math.fsum(weights.values())
        for item, weight in weights.items():
            left -= weight
            if left < 0:
                return item
        return next(reversed(list(weights)))

    def sample(self, items: Sequence[Item], count: int) -> list[Item]:
        """Return some of the items, none twice, in chance order."""
        left = list(items)
        return [
            left.pop(int(self.share() * len(left))) for _number in range(min(count, len(items)))
        ]

    def gamma(self, mean: float, shape: int = 2) -> float:
        """Return a number above 0 of a gamma distribution with a whole shape."""
        return math.fsum(-math.log(1 - self.share()) for _number in range(shape)) * mean / shape

    def spread(self, sigma: float) -> float:
        """Return a factor around 1 of a lognormal distribution."""
        radius = math.sqrt(-2 * math.log(1 - self.share()))
        return math.exp(sigma * radius * math.cos(2 * math.pi * self.share()))
