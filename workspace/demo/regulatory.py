"""Invented regulatory lives: inspections, Form 483s, citations, letters and recalls of one kind of site."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from audits.models import Citation, Inspection, RegulatoryAction
from common.models import Dated
from common.text import name_key
from partners.models import Site
from workspace.demo.companies import Life

SOURCE = "demo"
NAI, VAI, OAI = "nai", "vai", "oai"
# The chance of each outcome, and how many of the other records there are, for each kind of life.
OUTCOMES: dict[Life, tuple[list[str], list[int]]] = {
    "exemplary": ([NAI, VAI], [5, 1]),
    "good": ([NAI, VAI], [3, 2]),
    "mixed": ([NAI, VAI, OAI], [2, 4, 1]),
    "troubled": ([NAI, VAI, OAI], [1, 3, 3]),
    "alert": ([VAI, OAI], [1, 2]),
    "young": ([NAI, VAI], [1, 1]),
    "unseen": ([], []),
}
INSPECTIONS: dict[Life, int] = {
    "exemplary": 7, "good": 6, "mixed": 7, "troubled": 8, "alert": 5, "young": 1, "unseen": 0,
}  # fmt: skip
RECALLS: dict[Life, int] = {
    "exemplary": 0, "good": 1, "mixed": 3, "troubled": 6, "alert": 9, "young": 0, "unseen": 0,
}  # fmt: skip
CITED = (
    ("21 CFR 211.22(d)", "Procedures of the quality unit not in writing or not followed", False),
    ("21 CFR 211.42(c)(10)(iv)", "Environmental monitoring of aseptic areas", False),
    ("21 CFR 211.67(b)", "Cleaning procedures not established", False),
    ("21 CFR 211.68(b)", "Access to computerized systems not controlled", True),
    ("21 CFR 211.84(d)(2)", "Supplier's certificate accepted without identity test", False),
    ("21 CFR 211.100(a)", "No written procedures for production and process control", False),
    ("21 CFR 211.113(b)", "Procedures to prevent microbial contamination of sterile products", False),
    ("21 CFR 211.160(b)", "Laboratory controls without scientifically sound specifications", False),
    ("21 CFR 211.192", "Discrepancies and failures not thoroughly investigated", False),
    ("21 CFR 211.194(a)", "Laboratory records incomplete", True),
)
INJECTION = "Fictivalin injection 50 mg/mL, 1 mL vial"
TABLET = "Placebrex extended-release tablets 750 mg, 60-count bottle"
CAPSULE = "Inventinib capsules 100 mg, blister of 30"
RECALL_REASONS = (
    ("2", INJECTION, "Lack of assurance of sterility"),
    ("2", CAPSULE, "CGMP deviations"),
    ("3", TABLET, "Failed dissolution specifications"),
    ("3", CAPSULE, "Labeling: wrong lot number or expiry date"),
    ("2", TABLET, "Subpotent drug"),
    ("1", INJECTION, "Microbial contamination of a sterile product"),
)


@dataclass
class RegulatoryRows:
    """Rows to be written, in the order in which they must be."""

    inspections: list[Inspection] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    actions: list[RegulatoryAction] = field(default_factory=list)


def regulatory_life(site: Site, life: Life, *, today: date, random: Random) -> RegulatoryRows:
    """The invented records of one site over the ten years before `today`; the same for the same seed."""
    rows = RegulatoryRows()
    favourites = random.sample(CITED, 4)
    for number, ended_on in enumerate(_inspection_days(INSPECTIONS[life], today, random)):
        outcomes, weights = OUTCOMES[life]
        outcome = random.choices(outcomes, weights)[0]
        inspection = _inspection(site, ended_on, outcome, number)
        rows.inspections.append(inspection)
        if outcome != NAI:
            rows.citations += _citations(inspection, random.sample(favourites, 2 if outcome == VAI else 4))
            rows.actions.append(_action(site, "form_483", ended_on, f"483-{number}", lag_days=120))
        if outcome == OAI and random.random() < 0.6:
            rows.actions.append(_letter(site, ended_on + timedelta(days=150), number, today))
    for number in range(RECALLS[life]):
        recall_class, product, reason = random.choice(RECALL_REASONS)
        day = today - timedelta(days=random.randrange(60, 2_800))
        action = _action(site, "recall", day, f"R-{number}", lag_days=45)
        action.recall_class, action.title, action.text = recall_class, product, reason
        action.status = "Terminated"
        action.event_key = f"{day:%y}{number:04}"
        rows.actions.append(action)
    if life == "alert":
        rows.actions.append(_letter(site, today - timedelta(days=210), 90, today, closed=False))
    return rows


def _inspection_days(count: int, today: date, random: Random) -> Iterator[date]:
    """Days about sixteen months apart, going back from a few months ago, oldest first."""
    offset = random.randrange(90, 420)
    yield from sorted(
        today - timedelta(days=offset + 480 * step + random.randrange(90)) for step in range(count)
    )


def _inspection(site: Site, ended_on: date, outcome: str, number: int) -> Inspection:
    return Inspection(
        site=site,
        inspection_number=f"D{site.fei}{number:02}",
        started_on=ended_on - timedelta(days=6),
        happened_on=ended_on,
        known_on=ended_on + timedelta(days=90),
        known_on_basis=Dated.KnownBasis.LAG,
        classification=outcome,
        project_area="Drug Quality Assurance",
        product_type="Drugs",
        fiscal_year=ended_on.year + (ended_on.month >= 10),
        citations_posted=outcome != NAI,
        is_drug_gmp=True,
        source=SOURCE,
        source_key=f"inspection-{site.fei}-{number}",
    )


def _citations(inspection: Inspection, cited: list[tuple[str, str, bool]]) -> list[Citation]:
    return [
        Citation(
            site=inspection.site,
            inspection=inspection,
            inspection_number=inspection.inspection_number,
            program_area="Drugs",
            regulation=regulation,
            short_text=text,
            is_data_integrity=integrity,
            is_drug_gmp=True,
            happened_on=inspection.happened_on,
            known_on=inspection.known_on,
            known_on_basis=Dated.KnownBasis.LAG,
            source=SOURCE,
            source_key=f"citation-{inspection.inspection_number}-{regulation}",
        )
        for regulation, text, integrity in cited
    ]


def _action(site: Site, kind: str, day: date, key: str, *, lag_days: int) -> RegulatoryAction:
    return RegulatoryAction(
        site=site,
        firm_name=site.name,
        firm_key=name_key(site.name),
        kind=kind,
        product_type="Drugs",
        reference=f"{site.fei}-{key}",
        happened_on=day,
        known_on=day + timedelta(days=lag_days),
        known_on_basis=Dated.KnownBasis.SOURCE,
        source=SOURCE,
        source_key=f"{kind}-{site.fei}-{key}",
    )


def _letter(site: Site, day: date, number: int, today: date, *, closed: bool = True) -> RegulatoryAction:
    letter = _action(site, "warning_letter", min(day, today - timedelta(days=30)), f"WL-{number}", lag_days=7)
    letter.title = "CGMP / Finished Pharmaceuticals / Adulterated"
    letter.gmp = RegulatoryAction.Gmp.YES
    closed_on = day + timedelta(days=420)
    letter.closed_on = closed_on if closed and closed_on < today else None
    return letter
