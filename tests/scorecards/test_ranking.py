"""The ranking of a program's candidates, and what the command says of it."""

import json
from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from programs.models import Program, WorkPackage
from scorecards.engine import CandidateInput, GateStatus, evaluate
from scorecards.plain import ranking_data
from scorecards.selectors import ranking_of
from scorecards.wording import sentence
from tests.scorecards.evidence import AS_OF, action, capability, inspection, package, site

pytestmark = pytest.mark.django_db


@pytest.fixture
def three() -> Any:
    """A good site, a site of which nothing is known, and one with an open letter."""
    good, silent, letter = site("Good", "1000001"), site("Silent", "1000002"), site("Letter", "1000003")
    for known in (good, letter):
        capability(known, batches_made=30, years_experience=15)
        inspection(known, "2025-06-01")
    action(letter, "2025-08-01", "warning_letter", gmp="yes")
    return package(good, silent, letter)


def command(*args: str) -> str:
    out = StringIO()
    call_command("rank", *args, stdout=out)
    return out.getvalue()


def test_the_known_good_site_leads_the_silent_one_is_conditional_the_letter_excludes(three: Any) -> None:
    rows = {row["name"]: row for row in ranking_data(ranking_of(three, AS_OF))["candidates"]}
    assert [rows[name]["status"] for name in ("Good", "Silent", "Letter")] == [
        "ranked",
        "conditional",
        "excluded",
    ]
    assert (rows["Good"]["rank"], rows["Silent"]["rank"], rows["Letter"]["rank"]) == (1, 2, None)
    assert rows["Letter"]["best_rank"] is None
    assert rows["Letter"]["worst_rank"] is None
    assert rows["Letter"]["score"] > 0
    assert (rows["Silent"]["score"], rows["Silent"]["score_upper"]) == (0.0, 100.0)
    assert rows["Silent"]["completeness"] == 0


def test_the_json_carries_what_was_promised(three: Any) -> None:
    code = three.program.code
    found = json.loads(command(code, "--as-of", "2026-01-01", "--json"))
    assert (found["program"], found["as_of"]) == (code, "2026-01-01")
    first = found["candidates"][0]
    assert {
        "fei",
        "name",
        "status",
        "rank",
        "best_rank",
        "worst_rank",
        "score",
        "score_upper",
        "completeness",
        "gates",
        "criteria",
    } <= set(first)
    assert {"key", "low", "high", "value", "weight", "rationale"} <= set(first["criteria"][0])
    assert {"key", "status", "reason"} <= set(first["gates"][0])
    assert sum(cell["weight"] for cell in first["criteria"]) == pytest.approx(1)
    assert first["score"] == pytest.approx(sum(cell["weight"] * cell["low"] for cell in first["criteria"]))
    assert first["score_upper"] == pytest.approx(
        sum(cell["weight"] * cell["high"] for cell in first["criteria"])
    )
    assert all(cell["rationale"] for cell in first["criteria"])


def test_the_past_knows_nothing_of_a_later_letter(three: Any) -> None:
    rows = ranking_data(ranking_of(three, date(2025, 7, 1)))["candidates"]
    assert {row["name"]: row["status"] for row in rows} == {
        "Good": "ranked",
        "Silent": "conditional",
        "Letter": "ranked",
    }


def test_a_declined_candidate_is_out_and_the_others_keep_their_scores(three: Any) -> None:
    before = {row.head.name: row.result.score for row in ranking_of(three, AS_OF).candidates}
    three.candidates.filter(site__name="Good").update(stage="declined")
    after = {row.head.name: row.result.score for row in ranking_of(three, AS_OF).candidates}
    assert after == {name: score for name, score in before.items() if name != "Good"}


def test_a_letter_known_from_two_sources_is_closed_by_either() -> None:
    works = site()
    inspection(works, "2025-12-01")
    action(works, "2025-02-01", "warning_letter", source="fda-compliance-actions", source_key="1")
    chosen = package(works)
    gate = {g.criterion.key: g for g in ranking_of(chosen, AS_OF).candidates[0].gates}["no-open-gmp-action"]
    assert (gate.derived.status, gate.derived.reason.key) == ("unknown", "standing.subject_unknown")
    action(
        works,
        "2025-02-03",
        "warning_letter",
        source="fda-warning-letters",
        source_key="2",
        gmp="yes",
        closed_on=date(2025, 11, 1),
    )
    gate = {g.criterion.key: g for g in ranking_of(chosen, AS_OF).candidates[0].gates}["no-open-gmp-action"]
    assert (gate.derived.status, gate.derived.reason.key) == ("pass", "standing.closed")
    assert len(gate.derived.evidence) == 2


def test_the_table_on_the_terminal_lines_up_and_gives_reasons(three: Any) -> None:
    text = command(three.program.code, "--as-of", "2026-01-01")
    header, good = (line for line in text.splitlines() if line.endswith(("site", "Good")))
    assert header.index("FEI") == good.index("1000001")
    assert "Letter: excluded" in text
    assert "Aug 1, 2025" in text.replace("\N{NO-BREAK SPACE}", " ")


def test_the_list_names_the_programs(three: Any) -> None:
    found = json.loads(command("--list", "--json"))["programs"]
    assert {"code": three.program.code, "name": "Program", "candidates": 3} in found
    assert three.program.code in command("--list")


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["NOPE"], "No program has the code NOPE"),
        ([], "Name a program"),
        (["KNOWN", "--as-of", "soon"], "soon is not a date"),
        (["KNOWN", "--as-of", "2999-01-01"], "2999-01-01 lies in the future"),
    ],
)
def test_a_wrong_question_gets_one_clear_line(args: list[str], message: str) -> None:
    WorkPackage.objects.create(program=Program.objects.create(code="KNOWN", name="Known"), position=1)
    with pytest.raises(CommandError, match=message):
        command(*args)
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("rank", *args, "--json", stdout=out)
    assert message in json.loads(out.getvalue())["refused"]


def test_what_is_the_same_for_all_candidates_is_said_once(three: Any) -> None:
    ranking = ranking_of(three, AS_OF)
    found = ranking_data(ranking)
    assert {"key", "title", "group", "coverage", "weight", "rule"} == set(found["criteria"][0])
    assert {"key", "title", "rule"} == set(found["gates"][0])
    rows = {row["site_id"]: row for row in found["candidates"]}
    for candidate in ranking.candidates:
        told = rows[candidate.head.site_id]
        assert [cell["rationale"] for cell in told["criteria"]] == [
            sentence(cell.rationale) for cell in candidate.criteria
        ]
        assert [gate["reason"] for gate in told["gates"]] == [
            sentence(gate.reason) for gate in candidate.gates
        ]
        assert [gate["status"] for gate in told["gates"]] == [gate.status for gate in candidate.gates]
        assert [(c["low"], c["high"]) for c in told["criteria"]] == [
            (c.low, c.high) for c in candidate.criteria
        ]


def test_a_program_without_candidates_is_an_empty_ranking() -> None:
    empty = package()
    assert ranking_data(ranking_of(empty, AS_OF))["candidates"] == []
    assert "No site is a candidate yet." in command(empty.program.code)


def test_the_run_on_columns_is_the_engines_own_run(three: Any) -> None:
    ranking = ranking_of(three, AS_OF)
    inputs = [
        CandidateInput(
            key=row.head.key,
            low={leaf.key: float(scores[leaf.rule].low[row.head.position]) for leaf in leaves},
            high={leaf.key: float(scores[leaf.rule].high[row.head.position]) for leaf in leaves},
            gates={gate.criterion.key: GateStatus(gate.derived.status.value) for gate in row.gates},
        )
        for scores, leaves in [(ranking.derivation.scores, ranking.plan.leaves)]
        for row in ranking.candidates
    ]
    assert ranking.evaluation.digest == evaluate(ranking.plan.nodes(), inputs).digest
