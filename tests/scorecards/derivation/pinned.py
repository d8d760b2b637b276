"""A fixed world of sites with evidence of every kind, and what each version of a rule gives in it.

    python -m tests.scorecards.derivation.pinned

writes down what versions give that are not written down yet. It never writes over what is: a frozen
evaluation names a version, and the version has to go on giving the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from scorecards.derivation.batch import GateBatch, ScoreBatch
from scorecards.derivation.facts import Facts, day
from scorecards.derivation.profile import Practice, Ratings
from scorecards.derivation.rules import Derivation, derive, kept_versions
from scorecards.derivation.score import RuleRef
from tests.scorecards.derivation.builders import CODES, facts_of, need_of
from tests.scorecards.derivation.profiles import NEED

PINS = Path(__file__).parent / "pins"
AS_OF = date(2026, 1, 1)
SITES = 120
SEED = 20260101
DIGITS = 6

# What a column may say, where neither its name nor an enumeration tells. Blank and None are among it.
WORDS: Mapping[str, Sequence[Any]] = {
    "modality": ("aav", "aav", "lentiviral", "peptide", ""),
    "dosage_form": ("suspension_for_injection", "tablet"),
    "route": ("intravenous", "oral", ""),
    "operation": ("drug_substance", "fill_finish", "testing"),
    "stages": ("phase_1,phase_2", "commercial", "phase_3", ""),
    "unit": ("L", "L", "batches", "vials"),
    "batch_unit": ("L", "L", "vials"),
    "currency": ("EUR", "EUR", "USD"),
    "country": ("FR", "DE", ""),
    "year": (2023, 2024, 2025, 2026, 2028),
    "bands": (0, 2, 8, 24),
    "level": (0, 1, 2, 3, 4, 5),
    "material": (1, 2, 3, 4, 5),
    "regulation": (1, 2, 3),
    "event": (0, 1, 2),
    "source": (0, 1),
    "reference": (0, 1, 2),
    "recall_class": (0, 1, 2, 3),
    "containment": (None, 2, 3, 5),
    "line": (1, 2),
    "stock_days": (None, 0.0, 0.5, 25.0, 60.0, 120.0),
    "lead_days": (None, 0.0, 0.5, 30.0, 60.0, 90.0),
    "strength": ("claimed", "documented", "verified"),
}
# Figures have the size of what they count, so that the bends of a rule's lines are met.
SIZES: Mapping[str, float] = {
    "lead_months": 30,
    "impact_days": 90,
    "recovery_days": 90,
    "largest_customer": 100,
    "gaps_found": 8,
    "gaps_late": 8,
    "years": 20,
    "batches_made": 40,
    "training_hours": 60,
    "leavers": 80,
    "quality": 80,
    "headcount": 400,
    "batch_min": 60,
    "batch_max": 400,
    "cost": 350,
    "planned": 20,
    "taken": 30,
}
USUAL_SIZE = 4000.0
MANY: Mapping[str, int] = {
    "ratings": 5,
    "capacities": 8,
    "staffs": 2,
    "finances": 2,
    "suppliers": 4,
    "materials": 4,
}
# Where formulas have a seam: nothing, less than one, one.
EDGES = (0.0, 0.5, 1.0)
# Practices that came after the world was made are rated in rows of their own, behind the others, so that
# nothing that is written down about the older ones moves.
FIRST_PRACTICES = 15
NEVER_BLANK = frozenset({"headcount", "total", "total_assets", "total_liabilities"})


def rows_of(random: Random, name: str, columns: Iterator[str], site: int) -> Iterator[dict[str, Any]]:
    """Up to four rows of one table about one site, more of what takes many to be spoken of."""
    told = list(columns)
    for _ in range(random.choice((0, 1, 1, 2, 4)) * MANY.get(name, 1)):
        yield {"site": site, **{column: _cell(random, name, column) for column in told}}


def _cell(random: Random, table: str, column: str) -> Any:
    if code := CODES.get(table, {}).get(column):
        return random.choice([member.name for member in code][:FIRST_PRACTICES])
    if column in WORDS:
        return random.choice(WORDS[column])
    if column.startswith(("is_", "has_", "in_")):
        return random.choice((0, 1))
    if column.endswith("_on"):
        return _day(random, column)
    if column not in NEVER_BLANK:
        if random.random() < 0.25:
            return None
        if random.random() < 0.3:
            return random.choice(EDGES)
    return round(1 + random.random() * SIZES.get(column, USUAL_SIZE), 1)


def _day(random: Random, column: str) -> str | None:
    """Mostly of the last years, some to come, some not said."""
    if column in ("known_on", "happened_on", "ended_on", "opened_on", "received_on", "seen_on", "knew_on"):
        return (AS_OF - timedelta(days=random.randrange(2500))).isoformat()
    if random.random() < (0.95 if column in ("expires_on", "replaced_on") else 0.25):
        return None
    first, last = (150, 900) if column in ("slot_on", "first_batch_on") else (-1200, 500)
    return (AS_OF + timedelta(days=random.randrange(first, last))).isoformat()


@cache
def world() -> Facts:
    """Evidence about all sites. `Random.random` and what is built on it gives the same on every Python."""
    random = Random(SEED)
    empty = Facts(facts_of().sites)
    made: dict[str, list[dict[str, Any]]] = {}
    for name, table in empty.tables().items():
        columns = [f.name for f in fields(table) if f.name not in ("site", "id")]
        made[name] = [row for site in range(SITES) for row in rows_of(random, name, iter(columns), site)]
    made["ratings"] += list(_later_ratings(Random(SEED + 1)))
    return facts_of(SITES, **made)


def _later_ratings(random: Random) -> Iterator[dict[str, Any]]:
    names = [practice.name for practice in Practice][FIRST_PRACTICES:]
    columns = [f.name for f in fields(Ratings) if f.name not in ("site", "id", "practice")]
    for site in range(SITES):
        for practice in names:
            for row in rows_of(random, "later", iter(columns), site):
                yield {**row, "practice": practice}


def given(versions: Mapping[str, int] | None = None) -> Derivation:
    """Everything derived in the fixed world, by the newest versions or those named."""
    return derive(world(), need_of(NEED), day(AS_OF), None, versions)


def of_version(ref: RuleRef) -> dict[str, Any]:
    """What one version gives, as it is written down."""
    found = given({ref.key: ref.version})
    batch = found.scores.get(ref.key) or found.gates[ref.key]
    assert batch.rule == ref, f"{ref} gave {batch.rule}"
    return plain(batch)


def plain(batch: ScoreBatch | GateBatch) -> dict[str, Any]:
    """Bounds, strength, reasons and evidence of every site."""
    derived = batch.score if isinstance(batch, ScoreBatch) else batch.gate
    evidence = [len(derived(site).evidence) for site in range(SITES)]
    reasons = [batch.why.messages[at] for at in batch.why.message.tolist()]
    if isinstance(batch, GateBatch):
        return {"status": batch.status.tolist(), "reason": reasons, "evidence": evidence}
    return {
        "low": [round(value, DIGITS) for value in batch.low.tolist()],
        "high": [round(value, DIGITS) for value in batch.high.tolist()],
        "strength": batch.strength.tolist(),
        "reason": reasons,
        "evidence": evidence,
    }


def pin_of(ref: RuleRef) -> Path:
    """Where it is written down."""
    return PINS / f"{ref.key}-{ref.version}.json"


def write_missing() -> list[RuleRef]:
    """Write down what is not written down yet."""
    PINS.mkdir(exist_ok=True)
    missing = [ref for ref in kept_versions() if not pin_of(ref).exists()]
    for ref in missing:
        text = json.dumps(of_version(ref), separators=(",", ":"))
        pin_of(ref).write_text(text.replace('],"', '],\n"') + "\n", encoding="utf-8")
    return missing


if __name__ == "__main__":
    for written in write_missing():
        print(f"written down: {written.key} version {written.version}")
