"""How well one stated capability answers the program's need, field by field.

Every match is an array over capability rows with values from ``NO`` to ``YES``; ``OPEN`` is a field that the
capability leaves blank or that nobody has asked for.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scorecards.derivation.facts import BoolArray, Capabilities, FloatArray, IntArray, Need, TextArray

NO, NEAR, OPEN, YES = 0, 1, 2, 3

STAGE_ORDER = ("preclinical", "phase_1", "phase_2", "phase_3", "commercial")

MODALITY_FAMILIES: tuple[frozenset[str], ...] = (
    frozenset({"small_molecule", "peptide"}),
    frozenset({"peptide", "oligonucleotide"}),
    frozenset({"monoclonal_antibody", "recombinant_protein"}),
    frozenset({"monoclonal_antibody", "adc"}),
    frozenset({"recombinant_protein", "vaccine"}),
    frozenset({"oligonucleotide", "mrna"}),
    frozenset({"mrna", "plasmid_dna"}),
    frozenset({"aav", "lentiviral"}),
    frozenset({"autologous_cell", "allogeneic_cell", "gene_edited_cell"}),
)
"""Modalities whose process knowledge carries over in part; the list is symmetric and not transitive."""

UNIT_BASES: dict[str, tuple[str, float]] = {
    "mg": ("mass", 1e-6),
    "g": ("mass", 1e-3),
    "kg": ("mass", 1.0),
    "mL": ("volume", 1e-3),
    "L": ("volume", 1.0),
    "vials": ("vials", 1.0),
    "doses": ("doses", 1.0),
    "units": ("units", 1.0),
    "batches": ("batches", 1.0),
}
"""Unit to (dimension, factor). Units of different dimension do not convert: that is unknown, not zero."""


def neighbours(modality: str) -> frozenset[str]:
    """Modalities adjacent to one, without itself."""
    near: set[str] = set()
    for family in MODALITY_FAMILIES:
        if modality in family:
            near |= family
    return frozenset(near - {modality})


@dataclass(frozen=True, slots=True)
class Matches:
    """Match levels per capability row, each of shape (rows,)."""

    modality: IntArray
    form: IntArray
    route: IntArray
    stage: IntArray

    @property
    def kind(self) -> BoolArray:
        """Rows that are of the program's modality."""
        return np.equal(self.modality, YES)


def match(capabilities: Capabilities, need: Need) -> Matches:
    """Compare every capability with the need."""
    modality = _equal(capabilities.modality, need.modality)
    near = np.isin(capabilities.modality, sorted(neighbours(need.modality)))
    return Matches(
        modality=np.where((modality == NO) & near, NEAR, modality),
        form=_equal(capabilities.dosage_form, need.dosage_form),
        route=_equal(capabilities.route, need.route),
        stage=_stage(capabilities.stages, need.stage),
    )


def _equal(column: TextArray, wanted: str) -> IntArray:
    if not wanted:
        return np.full(len(column), YES, dtype=np.int64)
    return np.where(column == wanted, YES, np.where(column == "", OPEN, NO)).astype(np.int64)


def _stage(column: TextArray, wanted: str) -> IntArray:
    """Stages come joined by commas. One step away is near: the step is short but not proven."""
    levels, index = np.unique(column, return_inverse=True)
    return np.array([_stage_level(str(s), wanted) for s in levels], dtype=np.int64)[index]


def _stage_level(stated: str, wanted: str) -> int:
    if not wanted:
        return YES
    stages = [s for s in stated.split(",") if s in STAGE_ORDER]
    if not stages:
        return OPEN
    distance = min(abs(STAGE_ORDER.index(s) - STAGE_ORDER.index(wanted)) for s in stages)
    return YES if distance == 0 else NEAR if distance == 1 else NO


def in_unit(values: FloatArray, units: TextArray, wanted: str) -> FloatArray:
    """Values converted to the unit ``wanted``; NaN where blank or of another dimension."""
    if wanted not in UNIT_BASES:
        return np.full(len(values), np.nan)
    dimension, base = UNIT_BASES[wanted]
    names, index = np.unique(units, return_inverse=True)
    factors = [
        UNIT_BASES[str(u)][1] / base if UNIT_BASES.get(str(u), ("", 0.0))[0] == dimension else np.nan
        for u in names
    ]
    converted: FloatArray = values * np.array(factors, dtype=np.float64)[index]
    return converted


def in_unit_of_demand(values: FloatArray, units: TextArray, wanted: str, need: Need) -> FloatArray:
    """The same, where batches convert too, by the size of the program's batch."""
    converted = in_unit(values, units, wanted)
    if need.batch_size is None:
        return converted
    if wanted == "batches":
        sizes = in_unit(values, units, need.batch_unit) / need.batch_size
        return np.where(np.isnan(converted), sizes, converted)
    batch = in_unit(np.array([need.batch_size]), np.array([need.batch_unit]), wanted)[0]
    return np.where(units == "batches", values * batch, converted)


def best_per_site(site: IntArray, values: FloatArray, sites: int) -> FloatArray:
    """Largest value per site, NaN where there is none; NaN rows do not count."""
    best = np.full(sites, -np.inf)
    kept = ~np.isnan(values)
    np.maximum.at(best, site[kept], values[kept])
    return np.where(np.isinf(best), np.nan, best)


def any_per_site(site: IntArray, mask: BoolArray, sites: int) -> BoolArray:
    """Whether any row of a site is under the mask."""
    result = np.zeros(sites, dtype=np.bool_)
    result[site[mask]] = True
    return result


def strongest(capabilities: Capabilities, mask: BoolArray, sites: int) -> IntArray:
    """Strength of the best evidence under the mask per site (index into ``STRENGTHS``), 0 for none."""
    result = np.zeros(sites, dtype=np.int64)
    np.maximum.at(result, capabilities.site[mask], capabilities.strength[mask])
    return result
