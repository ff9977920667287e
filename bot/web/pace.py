"""How fast one visitor may speak, so that one page in a loop does not keep everybody else waiting."""

import time
from collections import OrderedDict

BURST = 20
PER_SECOND = 2.0
"""A person presses buttons quickly; twenty at once and two a second after that is more than anybody needs."""


class Pace:
    """A bucket of turns per visitor; forgets visitors who have been quiet."""

    def __init__(self, *, burst: int = BURST, per_second: float = PER_SECOND) -> None:
        self._burst = burst
        self._per_second = per_second
        self._buckets: OrderedDict[int, tuple[float, float]] = OrderedDict()

    def allows(self, visitor: int) -> bool:
        """Take one turn; say whether there was one."""
        moment = time.monotonic()
        left, since = self._buckets.pop(visitor, (float(self._burst), moment))
        left = min(self._burst, left + (moment - since) * self._per_second)
        allowed = left >= 1
        self._buckets[visitor] = (left - 1 if allowed else left, moment)
        while len(self._buckets) > 10_000:
            self._buckets.popitem(last=False)
        return allowed
