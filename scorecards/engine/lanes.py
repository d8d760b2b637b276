"""Work on independent pieces side by side. NumPy lets go of the interpreter for most of it."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, SimpleQueue


def in_lanes[Own, Piece](
    work: Callable[[Own, Piece], None], lanes: list[Own], pieces: Iterable[Piece]
) -> list[Own]:
    """Call work(own, piece) once for every piece: in one thread for each of `lanes`, which owns that entry.

    The first lane is the caller's thread. Who gets which piece is left to chance. Returns `lanes`; raises
    what the work raised.
    """
    waiting: SimpleQueue[Piece] = SimpleQueue()
    for piece in pieces:
        waiting.put(piece)

    def run(own: Own) -> None:
        while True:
            try:
                piece = waiting.get_nowait()
            except Empty:
                return
            work(own, piece)

    if len(lanes) == 1:
        run(lanes[0])
        return lanes
    with ThreadPoolExecutor(len(lanes) - 1) as pool:
        others = [pool.submit(run, lane) for lane in lanes[1:]]
        run(lanes[0])
        for other in others:
            other.result()
    return lanes
