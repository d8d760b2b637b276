"""Samples come in chunks of a fixed size: the pieces in which work is split, hashed and resumed."""

from dataclasses import dataclass

from scorecards.engine.errors import ValueInputError

CHUNK = 512


@dataclass(frozen=True, slots=True)
class SampleRange:
    """Samples first … first + count − 1."""

    first: int
    count: int

    @property
    def end(self) -> int:
        return self.first + self.count


def chunk_numbers(first: int, count: int) -> range:
    """Numbers of the chunks that hold samples first … first + count − 1."""
    return range(first // CHUNK, (first + count - 1) // CHUNK + 1)


def split_samples(samples: int, parts: int) -> list[SampleRange]:
    """At most `parts` ranges that cover samples 0 … samples − 1 and begin at chunk boundaries.

    >>> [(part.first, part.count) for part in split_samples(1500, 2)]
    [(0, 1024), (1024, 476)]
    """
    if samples < 1 or parts < 1:
        raise ValueInputError("samples", f"cannot be {samples} in {parts} parts")
    chunks = -(-samples // CHUNK)
    per_part = -(-chunks // parts) * CHUNK
    return [SampleRange(first, min(per_part, samples - first)) for first in range(0, samples, per_part)]
