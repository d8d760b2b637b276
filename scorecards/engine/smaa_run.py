"""Runs of SMAA: ranges of samples in blocks of bounded memory, and what the counts say."""

import hashlib
from dataclasses import dataclass

import numpy as np

from scorecards.engine.chunks import CHUNK, SampleRange, chunk_numbers
from scorecards.engine.errors import ValueInputError
from scorecards.engine.exact import WEIGHT_UNITS, FloatArray, IntArray
from scorecards.engine.lanes import in_lanes
from scorecards.engine.pwi import expected_ranks, pwi_matrix
from scorecards.engine.smaa import SmaaPartial, SmaaProblem, check_range
from scorecards.engine.smaa_confidence import count_confident
from scorecards.engine.smaa_count import Tally, count_clear, count_close, count_top, exact_scores
from scorecards.engine.smaa_screen import Screen

# What is counted at a time stays in the cache of one core. Opening the streams again for every draw costs
# as much as a thousand samples, so that larger draws pay, up to what fits into a second cache.
DRAW_SAMPLES = 10 * CHUNK
SCREEN_SAMPLES = 2 * CHUNK
BLOCK_CELLS = 1 << 15
# With open cells every block opens a stream per cell, so that larger ones pay.
OPEN_DRAW_SAMPLES = 10 * CHUNK
OPEN_BLOCK_CELLS = 1 << 18
LANES = 2
CONFIDENT_CANDIDATES = 200


def smaa_partial(problem: SmaaProblem, first_sample: int, count: int) -> SmaaPartial:
    """Counts over samples first_sample … first_sample + count − 1; the range begins at a chunk boundary.

    Memory does not grow with the count. Merging partials in any split gives the same bits as one run.
    """
    check_range(first_sample, count)
    hashes: dict[int, str] = {}
    screen = Screen.of(problem) if problem.point and not problem.full else None
    end, step = first_sample + count, _draw_size(problem, count)

    def add(tally: Tally, start: int) -> None:
        units = problem.weight_units(start, min(step, end - start))
        _hash_chunks(hashes, units, start)
        if screen is not None:
            for low in range(0, units.shape[1], SCREEN_SAMPLES):
                screen.count(tally, units[:, low : low + SCREEN_SAMPLES])
        else:
            _count_blocks(problem, tally, units, start)

    starts = range(first_sample, end, step)
    tally, *others = in_lanes(add, [Tally.empty(problem) for _ in range(min(LANES, len(starts)))], starts)
    for other in others:
        tally.add(other)
    return SmaaPartial(
        problem_digest=problem.digest,
        ranges=(SampleRange(first_sample, count),),
        rank_counts=tally.ranks,
        first_units=tally.first_units,
        wins=tally.wins,
        chunk_hashes=dict(sorted(hashes.items())),
    )


def _draw_size(problem: SmaaProblem, count: int) -> int:
    """Samples drawn at a time: whole chunks, and as many draws for every lane."""
    most = DRAW_SAMPLES if problem.point else OPEN_DRAW_SAMPLES
    draws = LANES * -(-count // (LANES * most))
    return -(-count // (draws * CHUNK)) * CHUNK


def _hash_chunks(hashes: dict[int, str], units: FloatArray, start: int) -> None:
    for number in chunk_numbers(start, units.shape[1]):
        low = number * CHUNK - start
        hashes[number] = hashlib.sha256(units[:, low : low + CHUNK].astype("<u4", order="C")).hexdigest()


def _count_blocks(problem: SmaaProblem, tally: Tally, units: FloatArray, start: int) -> None:
    m = len(problem.candidates)
    block = max(1, BLOCK_CELLS // m) if problem.point else max(CHUNK, OPEN_BLOCK_CELLS // m)
    winners, close, their_scores = [], [], []
    for low in range(0, units.shape[1], block):
        part = units[:, low : low + block]
        scores = exact_scores(problem, part, start + low, tally.scratch)
        if problem.full:
            first, open_ = count_clear(tally, scores)
            winners.append(first)
            close.append(open_ + low)
            their_scores.append(scores[open_])
        else:
            count_top(tally, scores, part)
    if winners:
        tally.add_winners(np.concatenate(winners), units)
        count_close(tally, np.concatenate(their_scores), np.concatenate(close), units)


@dataclass(frozen=True, eq=False)
class SmaaResult:
    """What SMAA says. m candidates, n criteria, r counted ranks.

    `acceptability` (m, r): share of samples at each rank; with shared ranks, rows sum to one when all ranks
    are counted, columns need not. `central_weights` (m, n): mean weights when first, NaN rows where never
    first (see `never_first`). `confidence` (m,): share of the draws of the values in which the candidate is
    first at its central weights; NaN where there are none, and, where values are open and only the first
    ranks are counted, beyond the 200 candidates that are first most often. `wins` (m, m): P(V_a > V_b).
    `expected_rank` (m,). `exact_wins` tells whether the last two are exact or sampled; both None when not
    asked for.
    """

    candidates: tuple[str, ...]
    criteria: tuple[str, ...]
    samples: int
    acceptability: FloatArray
    central_weights: FloatArray
    never_first: frozenset[str]
    confidence: FloatArray
    wins: FloatArray | None
    expected_rank: FloatArray | None
    exact_wins: bool
    problem_digest: str
    weights_digest: str


def smaa(problem: SmaaProblem, samples: int = 10_000) -> SmaaResult:
    """One run over samples 0 … samples − 1. 10 000 give ± 0.01 at 95 %."""
    return finish(problem, smaa_partial(problem, 0, samples))


def finish(problem: SmaaProblem, total: SmaaPartial, confidence: IntArray | None = None) -> SmaaResult:
    """What merged counts say. `confidence` (m,): counts from `confidence_partial`, else made here.

    Raises ValueInputError when the counts belong to another problem or do not cover samples 0 … N − 1.
    """
    if total.problem_digest != problem.digest:
        raise ValueInputError("partial", "belongs to another problem")
    if len(total.ranges) != 1 or total.ranges[0].first != 0:
        raise ValueInputError("partial", "does not cover all samples from 0 on")
    central = central_weights(total)
    counts = confidence if confidence is not None else confidence_partial(problem, total, 0, total.samples)
    wins, exact = _wins(problem, total)
    ranks = None
    if wins is not None:
        ranks = expected_ranks(wins)
    elif problem.full:
        ranks = total.rank_counts @ np.arange(1, problem.ranks + 1) / total.samples
    hashes = "".join(total.chunk_hashes[number] for number in sorted(total.chunk_hashes))
    return SmaaResult(
        candidates=problem.candidates,
        criteria=problem.criteria,
        samples=total.samples,
        acceptability=total.rank_counts / total.samples,
        central_weights=central,
        never_first=frozenset(np.array(problem.candidates)[np.isnan(central[:, 0])].tolist()),
        confidence=_shares_of(confident_rows(problem, total), counts, total.samples),
        wins=wins,
        expected_rank=ranks,
        exact_wins=exact,
        problem_digest=problem.digest,
        weights_digest=hashlib.sha256(hashes.encode()).hexdigest(),
    )


def central_weights(total: SmaaPartial) -> FloatArray:
    """Mean weights of the samples in which each candidate was first, (m, n); NaN where never."""
    firsts = total.rank_counts[:, 0]
    central = np.full(total.first_units.shape, np.nan)
    ever = firsts > 0
    central[ever] = total.first_units[ever] / (firsts[ever, None] * float(WEIGHT_UNITS))
    return central


def _wins(problem: SmaaProblem, total: SmaaPartial) -> tuple[FloatArray | None, bool]:
    if total.wins is None:
        return None, False
    alpha = problem.regime.leaf_alpha()
    if problem.point and alpha is not None and (alpha > 0).all():
        place = {key: i for i, key in enumerate(problem.regime.leaves)}
        alpha = alpha[[place[key] for key in problem.criteria]]
        return pwi_matrix(problem.panel[0].low, alpha), True
    return total.wins / total.samples, False


def confident_rows(problem: SmaaProblem, total: SmaaPartial) -> IntArray:
    """Rows of the candidates whose confidence factor is computed, ascending."""
    firsts = total.rank_counts[:, 0]
    ever = np.flatnonzero(firsts > 0)
    if problem.point or problem.full or len(ever) <= CONFIDENT_CANDIDATES:
        return ever
    by_share = sorted(ever, key=lambda row: (-firsts[row], problem.candidates[row]))
    return np.sort(np.array(by_share[:CONFIDENT_CANDIDATES], dtype=np.int64))


def _shares_of(rows: IntArray, counts: IntArray, samples: int) -> FloatArray:
    shares = np.full(len(counts), np.nan)
    shares[rows] = counts[rows] / samples
    return shares


def confidence_partial(problem: SmaaProblem, total: SmaaPartial, first_sample: int, count: int) -> IntArray:
    """In how many of the samples each candidate is first at its own central weights, shape (m,)."""
    check_range(first_sample, count)
    ever = confident_rows(problem, total)
    result = np.zeros(len(problem.candidates), dtype=np.int64)
    if len(ever) == 0:
        return result
    units = _central_units(total, ever)
    if problem.point:
        for number, row in enumerate(ever):
            scores = problem.panel[0].low @ units[:, number]
            result[row] = count * int(scores[row] == scores.max())
        return result
    block = max(CHUNK, OPEN_BLOCK_CELLS // len(ever) // CHUNK * CHUNK)
    end = first_sample + count
    for start in range(first_sample, end, block):
        result[ever] += count_confident(problem, units, ever, start, min(block, end - start))
    return result


def _central_units(total: SmaaPartial, ever: IntArray) -> FloatArray:
    """Central weights as whole numbers that sum to 2³⁰, (n, candidates ever first)."""
    sums = total.first_units[ever].astype(np.float64).T
    cumulated = np.rint(np.cumsum(sums, axis=0) * (WEIGHT_UNITS / sums.sum(axis=0)))
    return np.diff(cumulated, axis=0, prepend=0.0)
