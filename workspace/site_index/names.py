"""Names of sites searched in memory, with the likeness of pg_trgm: parts of words, and words close to them.

The likeness of a typed word and a name is the greatest similarity of the word's trigrams and those of any
stretch of the name (`word_similarity` in PostgreSQL's documentation). Nearly always that stretch lies in one
word of the name, and 100 000 names share far fewer words: they are compared once each, and a stretch over
several words ("pine crest" for "pinecrest") is looked at only where it could be better.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from itertools import groupby
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from common.text import name_key
from workspace.site_index.ragged import Mask, Ragged

type Floats = NDArray[np.float64]
type Shared = NDArray[np.int16]

SHORTEST = 3
ENOUGH = 10
# One letter too few in a name of nine: "brismont" is 0.58 from "brisemont".
THRESHOLD = 0.5
MOST_WORDS = 6
END = 0


def trigrams(text: str) -> list[str]:
    """The trigrams of a text in order, as pg_trgm cuts them: a word has two spaces before it, one after."""
    parts = (
        [text]
        if text.isalnum()
        else ["".join(part) for is_word, part in groupby(text, str.isalnum) if is_word]
    )
    found = []
    for part in parts:
        padded = f"  {part} "
        found += [padded[at : at + 3] for at in range(len(padded) - 2)]
    return found


def likeness(wanted: frozenset[str], sequence: Sequence[str]) -> float:
    """The greatest similarity, from 0 to 1, of a set of trigrams and any stretch of a sequence of them."""
    best, size = 0.0, len(wanted)
    for start, first in enumerate(sequence):
        if first not in wanted:
            continue
        shared: set[str] = set()
        strange: set[str] = set()
        for gram in sequence[start:]:
            if gram in wanted:
                shared.add(gram)
                best = max(best, len(shared) / (size + len(strange)))
            else:
                strange.add(gram)
                # Even with all that is wanted, no longer stretch from here is better.
                if size <= best * (size + len(strange)):
                    break
    return best


class Words:
    """The words that occur in names. Words are only added, so that a number means the same for ever."""

    def __init__(self) -> None:
        self.texts = [""]
        self._numbers: dict[str, int] = {}
        self._holding: dict[str, array[int]] = {}
        self._sizes = array("i", [0])
        self._lock = Lock()
        # The first words in one piece, and where each ends.
        self._piece: tuple[bytes, NDArray[np.int64]] = (b"", np.zeros(0, dtype=np.int64))

    def numbers(self, text: str) -> list[int]:
        """The words of a text, by number."""
        known = self._numbers
        return [known[word] if word in known else self._added(word) for word in text.split()]

    def _added(self, word: str) -> int:
        grams = set(trigrams(word))
        with self._lock:
            if word in self._numbers:
                return self._numbers[word]
            number = len(self.texts)
            for gram in grams:
                self._holding.setdefault(gram, array("i")).append(number)
            self._sizes.append(len(grams))
            # Readers go by the number of texts, and writers by the numbers: all else is there before.
            self.texts.append(word)
            self._numbers[word] = number
            return number

    def containing(self, part: str, count: int) -> Mask:
        """Which of the first `count` words have the part as it stands."""
        blob, ends = self._piece
        if len(ends) != count:
            encoded = [word.encode() for word in self.texts[:count]]
            blob, ends = b"\n".join(encoded), np.cumsum([len(word) + 1 for word in encoded])
            self._piece = (blob, ends)
        wanted, places, at = part.encode(), [], 0
        while (at := blob.find(wanted, at)) >= 0:
            places.append(at)
            at += 1
        found = np.zeros(count, dtype=np.bool_)
        found[np.searchsorted(ends, np.array(places, dtype=np.int64), side="right")] = True
        return found

    def sharing(self, grams: Iterable[str], count: int) -> Shared:
        """How many of the trigrams each of the first `count` words has."""
        shared = np.zeros(count, dtype=np.int16)
        for gram in grams:
            if holding := self._holding.get(gram):
                # A copy: words may be added meanwhile.
                numbers = np.frombuffer(holding[:], dtype=np.int32)
                shared[numbers[numbers < count]] += 1
        return shared

    def size(self, number: int) -> int:
        """How many different trigrams a word has."""
        return self._sizes[number]


class NameIndex:
    """The names of each site as numbers of words: its own, its aliases, its organization's; 0 ends each."""

    def __init__(self, words: Words, lines: Ragged) -> None:
        self.words = words
        self.lines = lines

    @classmethod
    def of(cls, words: Words, names: Iterable[Iterable[str]]) -> NameIndex:
        """From the names of each site."""
        lines = []
        for several in names:
            line: list[int] = []
            for name in dict.fromkeys(filter(None, several)):
                line += words.numbers(name)
                line.append(END)
            lines.append(line)
        return cls(words, Ragged.of(lines))

    def closeness(self, text: str) -> Floats | None:
        """How close each site is to the text: 0 unless every word of it is part of a name or close to one.

        1 is the same words. None for a text without words.
        """
        words = name_key(text).split()[:MOST_WORDS]
        if not words:
            return None
        each = [self._of_word(word) for word in words]
        together: Floats = np.mean(each, axis=0)
        together[np.min(each, axis=0) == 0] = 0
        return together

    def _of_word(self, word: str) -> Floats:
        """Sites with the word as it stands; where they are few, those with one close to it as well."""
        count = len(self.words.texts)
        holding = self.words.containing(word, count)
        exact = (
            self.lines.reduced(np.logical_or, holding[self.lines.values])
            if holding.any()
            else np.zeros(len(self.lines), dtype=np.bool_)
        )
        if len(word) < SHORTEST or np.count_nonzero(exact) >= ENOUGH:
            return exact.astype(np.float64)
        close = self._close(word, count)
        close[exact] = 1.0
        return close

    def _close(self, word: str, count: int) -> Floats:
        wanted = frozenset(trigrams(word))
        if not wanted:
            return np.zeros(len(self.lines))
        shared = self.words.sharing(wanted, count)
        needed = THRESHOLD * len(wanted)
        best = np.zeros(count)
        for number in np.flatnonzero(shared >= needed).tolist():
            best[number] = likeness(wanted, trigrams(self.words.texts[number]))
        found = np.zeros(len(self.lines))
        sites = np.flatnonzero(self.lines.reduced(np.add, shared[self.lines.values]) >= needed)
        if len(sites):
            lines = self.lines.take(sites)
            close: Floats = lines.reduced(np.maximum, best[lines.values])
            # A stretch over several words needs two that share something.
            several = lines.reduced(np.add, (shared > 0)[lines.values].astype(np.int16)) > 1
            over = _Stretches(self.words, wanted, shared, best)
            for place in np.flatnonzero(several).tolist():
                close[place] = max(close[place], over.best_of(lines.row(place)))
            found[sites] = np.where(close >= THRESHOLD, close, 0)
        return found


class _Stretches:
    """The likeness of stretches over several words, each worked out once."""

    def __init__(self, words: Words, wanted: frozenset[str], shared: Shared, best: Floats) -> None:
        self.words = words
        self.wanted = wanted
        self.shared = shared.tolist()
        self.best = best.tolist()
        self.known: dict[tuple[int, ...], float] = {}

    def best_of(self, line: list[int]) -> float:
        """Of all names of a site."""
        found, start = 0.0, 0
        for end, number in enumerate(line):
            if number == END:
                found = max(found, self._of_name(line[start:end]))
                start = end + 1
        return found

    def _of_name(self, name: list[int]) -> float:
        at = [place for place, number in enumerate(name) if self.shared[number]]
        if len(at) < 2:
            return 0.0
        stretch = tuple(name[at[0] : at[-1] + 1])
        value = self.known.get(stretch)
        if value is None:
            value = self.known[stretch] = self._of_stretch(stretch, only_ends=len(at) == 2)
        return value

    def _of_stretch(self, stretch: tuple[int, ...], *, only_ends: bool) -> float:
        """0 where it cannot be better than the best of its words."""
        all_shared = min(len(self.wanted), sum(self.shared[number] for number in stretch))
        # Trigrams of several words between count once, so only those of the largest are certain.
        between = [self.words.size(number) for number in stretch[1:-1]] if only_ends else []
        strange = max(between, default=0)
        bound = all_shared / (len(self.wanted) + strange)
        if bound < THRESHOLD or bound <= max(self.best[number] for number in stretch):
            return 0.0
        return likeness(self.wanted, [gram for n in stretch for gram in trigrams(self.words.texts[n])])
