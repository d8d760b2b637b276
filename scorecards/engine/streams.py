"""Random bits that depend on nothing but a seed and a name.

Every stream is a PCG64 (O'Neill 2014) seeded with the SHA-256 of the seed and its labels, and is read as
raw 64-bit words: the words of sample s are found by position, so that work split anywhere draws the same.
NumPy's distributions are not used, because their streams may change between versions.
"""

import hashlib
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.random import PCG64
from numpy.random.bit_generator import ISeedSequence
from numpy.typing import NDArray

from scorecards.engine.exact import FloatArray

UNIFORM_BITS = 53


def stream(seed: int, *labels: str) -> PCG64:
    """The generator of that name."""
    return PCG64(_digest_of(seed, *labels))  # type: ignore[arg-type]  # any ISeedSequence will do


class _Digest(ISeedSequence):
    """Hands a digest to the generator as it is: four 64-bit words, of state and of increment."""

    def __init__(self, digest: bytes) -> None:
        self.words = np.frombuffer(digest, dtype="<u8").astype(np.uint64)

    def generate_state(self, n_words: int, dtype: object = np.uint32) -> NDArray[np.uint64]:
        return self.words[:n_words]


# Every block of samples opens the same streams again.
@lru_cache(maxsize=4096)
def _digest_of(seed: int, *labels: str) -> _Digest:
    digest = hashlib.sha256()
    for part in (str(seed), *labels):
        encoded = part.encode()
        digest.update(len(encoded).to_bytes(8, "big"))
        digest.update(encoded)
    return _Digest(digest.digest())


def take_uniforms(bits: PCG64, count: int) -> FloatArray:
    """The next `count` uniforms, strictly inside (0, 1), one raw word each."""
    return _inside(_leading_bits(bits, count).astype(np.float64))


def _leading_bits(bits: PCG64, count: int) -> NDArray[np.uint64]:
    raw = bits.random_raw(count)
    return np.right_shift(raw, np.uint64(64 - UNIFORM_BITS), out=raw)


def _inside(whole: FloatArray) -> FloatArray:
    """Whole numbers below 2⁵³, in place, to uniforms strictly inside (0, 1)."""
    whole += 0.5
    whole *= 2.0**-UNIFORM_BITS
    return whole


def uniforms(seed: int, labels: tuple[str, ...], first: int, count: int) -> FloatArray:
    """Uniforms number `first` … `first + count − 1` of a stream, shape (count,)."""
    return take_uniforms(_opened(seed, labels, first), count)


def uniform_rows(seed: int, kind: str, keys: Sequence[str], first: int, count: int) -> FloatArray:
    """The uniforms of the streams (kind, key) as the rows of a table, shape (keys, count)."""
    table = np.empty((len(keys), count))
    for row, key in zip(table, keys, strict=True):
        row[:] = _leading_bits(_opened(seed, (kind, key), first), count)
    return _inside(table)


def _opened(seed: int, labels: tuple[str, ...], first: int) -> PCG64:
    bits = stream(seed, *labels)
    if first:
        bits.advance(first)
    return bits
