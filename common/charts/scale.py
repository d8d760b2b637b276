"""Linear scales from values to coordinates, and round numbers for their ticks."""

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """Maps `low`…`high` to `start`…`end` (user units); values outside are clipped."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """The coordinate of `value`."""
        if self.high == self.low:
            return self.start
        share = (max(self.low, min(self.high, value)) - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)


def round_ticks(low: float, high: float, about: int = 5) -> tuple[float, ...]:
    """Round numbers (1, 2 or 5 times a power of ten apart) from at or below `low` to at or above `high`.

    >>> round_ticks(0, 87)
    (0.0, 20.0, 40.0, 60.0, 80.0, 100.0)
    """
    # Figures are shown to a tenth at most: a difference below that is none, and must not reach the logarithm.
    span = high - low if high - low > 1e-3 else max(abs(high), 1.0)
    raw = span / max(1, about)
    magnitude = 10.0 ** math.floor(math.log10(raw))
    step = next((m * magnitude for m in (1, 2, 5) if m * magnitude >= raw * 0.999), 10 * magnitude)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return tuple(round(index * step, 10) for index in range(first, max(last, first + 1) + 1))
