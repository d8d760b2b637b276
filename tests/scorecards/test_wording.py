"""Every rationale a rule can give has a sentence, in whatever language is on."""

import re
from datetime import date
from pathlib import Path

from django.utils import translation

from scorecards import default_template
from scorecards.derivation.score import Rationale
from scorecards.wording import CRITERIA, RATIONALES, criterion_title, sentence, sentence_of_data

DERIVATION = Path(__file__).parents[2] / "scorecards" / "derivation"
LEVELS = {
    f"{family}.{level}"
    for family in ("modality", "form_route", "stage")
    for level in ("none", "no", "near", "open", "yes")
}


def test_each_message_key_of_a_rule_has_a_sentence_and_the_other_way_round() -> None:
    written = set()
    # What panels say and how floors are met stands beside the rules.
    beside = (DERIVATION.parent / name for name in ("agreed.py", "floors.py"))
    for module in (*DERIVATION.glob("*.py"), *beside):
        written |= set(re.findall(r'"([a-z_]+\.[a-z_]+)"', module.read_text(encoding="utf-8")))
    assert written | LEVELS == set(RATIONALES)


def test_a_rationale_is_one_sentence_with_figures_and_dates() -> None:
    told = sentence(Rationale("critical.none", {"months": 36, "decided_on": date(2025, 3, 1)}))
    assert told.replace("\N{NO-BREAK SPACE}", " ") == (
        "No critical outcome within 36 months; the latest final inspection ended on Mar 1, 2025."
    )


def test_a_frozen_rationale_reads_as_it_did() -> None:
    rationale = Rationale("standing.open", {"kind_code": "warning_letter", "issued_on": date(2025, 3, 1)})
    assert sentence_of_data(rationale.as_data()) == sentence(rationale)
    assert "warning letter" in sentence(rationale)


def test_dates_follow_the_language() -> None:
    rationale = Rationale("critical.unsettled", {"decided_on": date(2025, 3, 1)})
    with translation.override("fr"):
        assert "mars 2025" in sentence(rationale).replace("\N{NO-BREAK SPACE}", " ")


def test_every_seeded_criterion_can_be_translated() -> None:
    for row in default_template.criteria():
        assert row.key in CRITERIA
        assert criterion_title(row.key, "") == row.title
