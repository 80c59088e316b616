"""Many more people and records, for archives and benchmarks of a realistic size."""

from collections.abc import Callable

from training_platform.demo.world import World


def load_bulk(world: World, people: int, records: int, progress: Callable[[int], None]) -> int:
    """Add people and records beyond the lived company; return how many records."""
    return 0
