"""Arrays in: shape, finiteness and domain are checked once, and the entry that fails is named."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from scorecards.engine.errors import IntervalError, ValueInputError, WeightError
from scorecards.engine.exact import FloatArray, IntArray

LARGEST = 1e100


def vector(name: str, given: ArrayLike, length: int | None = None) -> FloatArray:
    """A finite vector, shape (n,); `length` fixes n. Raises ValueInputError naming the position."""
    array = _numbers(name, given)
    if array.ndim != 1 or array.size == 0:
        raise ValueInputError(name, "is not a list of numbers")
    if length is not None and len(array) != length:
        raise ValueInputError(name, f"has {len(array)} entries instead of {length}")
    return _finite(name, array)


def matrix(name: str, given: ArrayLike, columns: int | None = None) -> FloatArray:
    """A finite matrix, shape (m, n), m and n at least 1; `columns` fixes n."""
    array = _numbers(name, given)
    if array.ndim != 2 or array.size == 0:
        raise ValueInputError(name, "is not a table of numbers with rows of equal length")
    if columns is not None and array.shape[1] != columns:
        raise ValueInputError(name, f"has {array.shape[1]} columns instead of {columns}")
    return _finite(name, array)


def sparse_matrix(name: str, given: Sequence[Sequence[float | None]]) -> FloatArray:
    """A matrix whose empty cells (None) become NaN; a NaN given as such is refused."""
    rows = [[np.nan if cell is None else cell for cell in row] for row in given]
    array = _numbers(name, rows)
    if array.ndim != 2 or array.size == 0:
        raise ValueInputError(name, "is not a table of numbers with rows of equal length")
    blank = np.array([[cell is None for cell in row] for row in given])
    _finite(name, np.where(blank, 0.0, array))
    return array


def weights(name: str, given: ArrayLike, length: int, *, normalize: bool = True) -> FloatArray:
    """Weights ≥ 0 that are not all zero, shape (n,), divided by their sum unless told otherwise."""
    array = vector(name, given, length)
    if (array < 0).any():
        raise WeightError(f"{name}[{int(np.argmax(array < 0))}]", f"is negative ({array.min():g})")
    if array.sum() == 0:
        raise WeightError(name, "are all zero")
    return array / array.sum() if normalize else array


def summing_to_one(name: str, array: FloatArray, tolerance: float = 1e-6) -> FloatArray:
    """The same weights divided by their sum, which must be 1 within the tolerance."""
    total = float(array.sum())
    if abs(total - 1) > tolerance:
        raise WeightError(name, f"sum to {total:.9g} instead of 1")
    return array / total


def senses(name: str, given: ArrayLike | None, length: int) -> IntArray:
    """+1 (more is better) or −1 (less is better) per criterion; all +1 by default."""
    if given is None:
        return np.ones(length, dtype=np.int64)
    array = vector(name, given, length)
    for i, sense in enumerate(array):
        if sense not in (1, -1):
            raise ValueInputError(f"{name}[{i}]", f"is {sense:g}, which is neither 1 nor -1")
    return array.astype(np.int64)


def ordered(name: str, low: FloatArray, high: FloatArray) -> None:
    """Raises IntervalError where low > high."""
    crossed = np.argwhere(low > high)
    if len(crossed):
        at = tuple(int(i) for i in crossed[0])
        place = "".join(f"[{i}]" for i in at)
        raise IntervalError(f"{name}{place}", f"is the interval [{low[at]:g}, {high[at]:g}]")


def positive(name: str, array: FloatArray) -> FloatArray:
    """The same array; raises ValueInputError where an entry is not > 0."""
    bad = np.argwhere(array <= 0)
    if len(bad):
        place = "".join(f"[{int(i)}]" for i in bad[0])
        raise ValueInputError(f"{name}{place}", "is not positive, which this method needs")
    return array


def _numbers(name: str, given: ArrayLike) -> FloatArray:
    if isinstance(given, list | tuple):
        _refuse_other_than_numbers(name, given)
    try:
        return np.array(given, dtype=np.float64)
    except OverflowError as error:
        raise ValueInputError(name, "holds a number that is too large to compute with") from error
    except (TypeError, ValueError) as error:
        raise ValueInputError(name, "is not a table of numbers with rows of equal length") from error


def _refuse_other_than_numbers(name: str, given: Sequence[object]) -> None:
    """NumPy would take true for 1 and the text "5" for 5."""
    for i, entry in enumerate(given):
        if isinstance(entry, list | tuple):
            _refuse_other_than_numbers(f"{name}[{i}]", entry)
        elif entry is None or isinstance(entry, bool | str | bytes | dict):
            raise ValueInputError(f"{name}[{i}]", f"is {entry!r}, not a number")


def _finite(name: str, array: FloatArray) -> FloatArray:
    """Refuses NaN, infinities, and numbers whose squares could overflow."""
    # NaN is neither: it ends up as the least and the largest.
    if not (array.min() >= -LARGEST and array.max() <= LARGEST):
        bad = np.argwhere(~(np.abs(array) <= LARGEST))
        place = "".join(f"[{int(i)}]" for i in bad[0])
        found = float(array[tuple(bad[0])])
        problem = "is too large to compute with" if np.isfinite(found) else "is not a finite number"
        raise ValueInputError(f"{name}{place}", f"is {found!r}, which {problem}")
    return array
