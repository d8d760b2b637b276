"""The questions that an audit's checklist begins with, by quality system; each audit edits its own copy.

The systems are those of FDA compliance program 7356.002; the questions are ours, each with where it stands in
21 CFR 211 and in EU GMP (EudraLex volume 4).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audits.models import QualitySystem


@dataclass(frozen=True, slots=True)
class Question:
    """One question and its references."""

    system: str
    text: str | Promise
    reference: str


LIBRARY: Mapping[QualitySystem, tuple[tuple[Promise, str], ...]] = {
    QualitySystem.QUALITY: (
        (
            _("Is the quality unit independent of production, and does it decide on every batch?"),
            "21 CFR 211.22 · EU GMP chapter 1",
        ),
        (
            _("Are deviations investigated to a root cause, on time, and extended to other batches?"),
            "21 CFR 211.192 · EU GMP chapter 1",
        ),
        (
            _("Are corrective and preventive actions followed to a proven effect?"),
            "21 CFR 211.192 · EU GMP chapter 1",
        ),
        (
            _("Are changes assessed, approved before they are made, and told to clients where agreed?"),
            "21 CFR 211.100 · EU GMP chapter 7",
        ),
        (
            _("Are complaints and recalls handled in writing, and was a mock recall held?"),
            "21 CFR 211.198 · EU GMP chapter 8",
        ),
        (
            _("Are products reviewed every year, with trends and conclusions?"),
            "21 CFR 211.180(e) · EU GMP chapter 1",
        ),
        (
            _("Are records attributable, contemporaneous and complete, and are audit trails reviewed?"),
            "21 CFR 211.68 · EU GMP annex 11",
        ),
        (
            _("Are people trained for what they do, and is their training assessed?"),
            "21 CFR 211.25 · EU GMP chapter 2",
        ),
    ),
    QualitySystem.FACILITIES: (
        (
            _("Do flows of people, materials and waste prevent mix-up and contamination?"),
            "21 CFR 211.42 · EU GMP chapter 3",
        ),
        (
            _("Are classified rooms qualified, and is monitoring trended with alert and action limits?"),
            "21 CFR 211.42(c)(10) · EU GMP annex 1",
        ),
        (_("Are water, air and gases qualified and monitored?"), "21 CFR 211.46 · EU GMP chapter 3"),
        (_("Is equipment qualified for its use, and kept in that state?"), "21 CFR 211.63 · EU GMP annex 15"),
        (_("Are cleaning procedures validated, and are hold times kept?"), "21 CFR 211.67 · EU GMP annex 15"),
        (
            _("Are instruments calibrated, and what happens when one was out of tolerance?"),
            "21 CFR 211.68 · EU GMP chapter 3",
        ),
        (_("Is preventive maintenance planned, done and reviewed?"), "21 CFR 211.67 · EU GMP chapter 3"),
    ),
    QualitySystem.MATERIALS: (
        (
            _("Are suppliers qualified, audited by risk, and listed as approved?"),
            "21 CFR 211.84 · EU GMP chapter 5",
        ),
        (_("Is every lot identified and sampled before it is used?"), "21 CFR 211.84 · EU GMP annex 8"),
        (
            _("Are quarantine, released and rejected materials kept apart?"),
            "21 CFR 211.82 · EU GMP chapter 5",
        ),
        (
            _("Are storage conditions kept, monitored, and excursions assessed?"),
            "21 CFR 211.142 · EU GMP chapter 3",
        ),
        (
            _("Are certificates of suppliers verified by tests of one's own?"),
            "21 CFR 211.84(d)(2) · EU GMP chapter 5",
        ),
        (
            _("Can each material be traced from receipt to every batch it went into?"),
            "21 CFR 211.184 · EU GMP chapter 5",
        ),
        (_("Is water for production released and trended as a material?"), "21 CFR 211.84 · EU GMP annex 1"),
    ),
    QualitySystem.PRODUCTION: (
        (
            _("Are processes validated, and is their state followed in routine production?"),
            "21 CFR 211.100 · EU GMP annex 15",
        ),
        (
            _("Are batch records complete, written as the work is done, and checked?"),
            "21 CFR 211.188 · EU GMP chapter 4",
        ),
        (
            _("Are critical steps done or verified by a second person or a validated system?"),
            "21 CFR 211.101 · EU GMP chapter 5",
        ),
        (_("Are time limits of steps and holds set and kept?"), "21 CFR 211.111 · EU GMP chapter 5"),
        (
            _("Is microbial contamination prevented, and are aseptic process simulations sound?"),
            "21 CFR 211.113 · EU GMP annex 1",
        ),
        (
            _("Is cross-contamination assessed by health-based exposure limits?"),
            "21 CFR 211.42 · EU GMP chapter 5",
        ),
        (
            _("Are yields reconciled, and deviations from them explained?"),
            "21 CFR 211.103 · EU GMP chapter 5",
        ),
        (
            _("Are reprocessing and rework approved and justified before they happen?"),
            "21 CFR 211.115 · EU GMP chapter 5",
        ),
    ),
    QualitySystem.PACKAGING: (
        (
            _("Are labels received, checked and stored under control of access?"),
            "21 CFR 211.122 · EU GMP chapter 5",
        ),
        (
            _("Are labels issued and returned by count, with differences investigated?"),
            "21 CFR 211.125 · EU GMP chapter 5",
        ),
        (_("Is line clearance done and recorded before each batch?"), "21 CFR 211.130 · EU GMP chapter 5"),
        (
            _("Are readers and counters on the line challenged at start and at intervals?"),
            "21 CFR 211.130 · EU GMP chapter 5",
        ),
        (
            _("Is container closure integrity shown for the pack and the process?"),
            "21 CFR 211.94 · EU GMP annex 1",
        ),
        (
            _("Are serial numbers and tamper evidence handled as the markets require?"),
            "21 CFR 211.132 · EU GMP annex 16",
        ),
        (_("Are expiry dates assigned from stability data?"), "21 CFR 211.137 · EU GMP chapter 6"),
    ),
    QualitySystem.LABORATORY: (
        (_("Are methods validated or verified for the product?"), "21 CFR 211.165(e) · EU GMP chapter 6"),
        (
            _("Are results out of specification investigated before any retest?"),
            "21 CFR 211.192 · EU GMP chapter 6",
        ),
        (
            _("Is raw data complete, with every injection, weighing and reprocessing?"),
            "21 CFR 211.194 · EU GMP chapter 6",
        ),
        (
            _("Are access rights and audit trails of laboratory systems on and reviewed?"),
            "21 CFR 211.68 · EU GMP annex 11",
        ),
        (
            _("Are reference standards, reagents and media qualified and within their dates?"),
            "21 CFR 211.194 · EU GMP chapter 6",
        ),
        (_("Is stability studied as committed, and are pulls on time?"), "21 CFR 211.166 · EU GMP chapter 6"),
        (
            _("Is microbiological testing sound: controls, growth promotion, identification?"),
            "21 CFR 211.165 · EU GMP annex 1",
        ),
    ),
}


def questions_for(systems: Iterable[str]) -> list[Question]:
    """The questions of these systems in the order of the library, in the language in force."""
    wanted = set(systems)
    return [
        Question(str(system), str(text), reference)
        for system, questions in LIBRARY.items()
        if system in wanted
        for text, reference in questions
    ]
