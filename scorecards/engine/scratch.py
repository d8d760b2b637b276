"""Memory that one thread works in again and again.

A fresh table of some hundred kilobytes is mapped in page by page, which costs more than filling it.
"""

from math import prod

import numpy as np
from numpy.typing import NDArray


class Scratch:
    """Tables by name. Asking for a name again gives the same memory, so overwrites what was there."""

    def __init__(self) -> None:
        self._held: dict[str, NDArray[np.uint8]] = {}

    def table[Kind: np.generic](self, name: str, shape: tuple[int, ...], kind: type[Kind]) -> NDArray[Kind]:
        """An uninitialized table of that shape and type."""
        size = prod(shape) * np.dtype(kind).itemsize
        held = self._held.get(name)
        if held is None or held.size < size:
            held = self._held[name] = np.empty(size, dtype=np.uint8)
        return held[:size].view(kind).reshape(shape)
