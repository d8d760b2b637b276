"""What the rules promise for any evidence."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scorecards.derivation.rules import RULES, Derivation, RuleKind
from tests.scorecards.derivation.builders import derived, facts_of
from tests.scorecards.derivation.profiles import LADDERS, NEED, OPEN, profile

AS_OF = "2026-01-01"
GATE_ORDER = {"fail": 0, "unknown": 1, "pass": 2}
WORSE_TO_BETTER = ("OAI", "VAI", "NAI")

past = st.integers(0, 4000).map(lambda n: (date(2026, 1, 1) - timedelta(days=n)).isoformat())
inspections = st.fixed_dictionaries(
    {"ended_on": past, "outcome": st.sampled_from(["NAI", "VAI", "OAI", "PENDING", "COMPLIANT"])}
)
citations = st.fixed_dictionaries(
    {"happened_on": past, "regulation": st.integers(1, 4), "is_data_integrity": st.integers(0, 1)}
)
actions = st.fixed_dictionaries(
    {
        "happened_on": past,
        "kind": st.sampled_from(
            ["FORM_483", "WARNING_LETTER", "RECALL", "IMPORT_ALERT", "SEIZURE", "CLOSEOUT"]
        ),
        "gmp": st.sampled_from(["YES", "NO", "UNKNOWN"]),
        "recall_class": st.integers(0, 3),
        "event": st.integers(0, 3),
        "source": st.integers(1, 2),
        "is_sterility": st.integers(0, 1),
    }
)
maybe = st.one_of(st.just(float("nan")), st.floats(0.5, 500))
capabilities = st.fixed_dictionaries(
    {
        "modality": st.sampled_from(["aav", "lentiviral", "small_molecule"]),
        "dosage_form": st.sampled_from(["suspension_for_injection", "tablet"]),
        "route": st.sampled_from(["", "intravenous", "oral"]),
        "stages": st.sampled_from(["", "phase_1", "phase_2", "commercial"]),
        "batch_max": maybe,
        "batch_unit": st.sampled_from(["L", "kg", ""]),
        "batches_made": maybe,
        "years": maybe,
        "has_limits": st.integers(0, 1),
    }
)
evidence = st.fixed_dictionaries(
    {
        "inspections": st.lists(inspections, max_size=5),
        "citations": st.lists(citations, max_size=6),
        "actions": st.lists(actions, max_size=6),
        "capabilities": st.lists(capabilities, max_size=4),
    }
)


def for_any(*strategies: st.SearchStrategy[Any]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Hypothesis with fewer examples than by default: each derives all rules twice."""
    return lambda test: settings(max_examples=30, deadline=None)(given(*strategies)(test))


def results(known: Mapping[str, Any], as_of: str = AS_OF) -> Derivation:
    return derived(as_of, facts_of(**known), NEED)


def bounds(result: Derivation) -> dict[str, tuple[float, float]]:
    return {key: (float(b.low[0]), float(b.high[0])) for key, b in result.scores.items()}


def gates(result: Derivation) -> dict[str, str]:
    return {key: b.gate(0).status.value for key, b in result.gates.items()}


def assert_not_worse(before: Derivation, after: Derivation) -> None:
    was, now = bounds(before), bounds(after)
    for key, (low, high) in was.items():
        assert now[key][0] >= low - 1e-9, f"{key}: lower bound fell"
        assert now[key][1] >= high - 1e-9, f"{key}: upper bound fell"
    better = gates(after)
    for key, status in gates(before).items():
        assert GATE_ORDER[better[key]] >= GATE_ORDER[status], f"{key} fell from {status}"


def changed(known: Mapping[str, Any], table: str, at: int, **values: Any) -> dict[str, Any]:
    rows: Sequence[Any] = known[table]
    return {**known, table: [*rows[:at], {**rows[at], **values}, *rows[at + 1 :]]}


@for_any(evidence)
def test_every_value_is_an_interval_on_the_scale(known: Mapping[str, Any]) -> None:
    for low, high in bounds(results(known)).values():
        assert 0 <= low <= high <= 100


def test_a_site_of_which_nothing_is_known_is_open_on_every_criterion() -> None:
    nothing = results({})
    assert set(bounds(nothing).values()) == {(0.0, 100.0)}
    assert {key for key, status in gates(nothing).items() if status == "pass"} == {"no-open-gmp-action"}


def test_what_the_program_does_not_ask_for_is_no_must_have() -> None:
    nothing = gates(derived(AS_OF, facts_of()))
    assert {key for key, status in nothing.items() if status == "pass"} == {
        "no-open-gmp-action",
        "batch-scale",
        "operations",
        "containment",
        "temperature",
    }


@for_any(evidence, evidence)
def test_what_became_known_later_changes_nothing(known: Mapping[str, Any], later: Mapping[str, Any]) -> None:
    late = {table: [{**row, "known_on": "2026-01-02"} for row in rows] for table, rows in later.items()}
    both = {table: [*known[table], *late[table]] for table in known}
    assert bounds(results(both)) == bounds(results(known))
    assert gates(results(both)) == gates(results(known))


@for_any(evidence, st.integers(0, 4), st.sampled_from(WORSE_TO_BETTER), st.sampled_from(WORSE_TO_BETTER))
def test_a_better_inspection_outcome_lowers_neither_bound(
    known: Mapping[str, Any], at: int, one: str, two: str
) -> None:
    if at >= len(known["inspections"]):
        return
    worse, better = sorted((one, two), key=WORSE_TO_BETTER.index)
    assert_not_worse(
        results(changed(known, "inspections", at, outcome=worse)),
        results(changed(known, "inspections", at, outcome=better)),
    )


@for_any(evidence, st.integers(0, 5))
def test_a_citation_that_turns_out_harmless_lowers_neither_bound(known: Mapping[str, Any], at: int) -> None:
    if at >= len(known["citations"]):
        return
    assert_not_worse(
        results(changed(known, "citations", at, is_data_integrity=1)),
        results(changed(known, "citations", at, is_data_integrity=0)),
    )


@for_any(evidence, st.integers(0, 5), st.integers(1, 3), st.integers(1, 3))
def test_a_less_serious_recall_lowers_neither_bound(
    known: Mapping[str, Any], at: int, one: int, two: int
) -> None:
    if at >= len(known["actions"]):
        return
    recall = changed(known, "actions", at, kind="RECALL")
    assert_not_worse(
        results(changed(recall, "actions", at, recall_class=min(one, two))),
        results(changed(recall, "actions", at, recall_class=max(one, two))),
    )


@for_any(evidence, st.integers(0, 5))
def test_a_recall_that_is_not_for_sterility_lowers_neither_bound(known: Mapping[str, Any], at: int) -> None:
    if at >= len(known["actions"]):
        return
    recall = changed(known, "actions", at, kind="RECALL")
    assert_not_worse(
        results(changed(recall, "actions", at, is_sterility=1)),
        results(changed(recall, "actions", at, is_sterility=0)),
    )


@for_any(evidence, st.integers(0, 5), st.sampled_from(["FORM_483", "RECALL", "SEIZURE"]))
def test_a_published_act_raises_no_bound_of_the_signals(known: Mapping[str, Any], at: int, kind: str) -> None:
    if at >= len(known["actions"]):
        return
    more = changed(known, "actions", at, kind=kind)
    less = {**known, "actions": [row for n, row in enumerate(known["actions"]) if n != at]}
    if not any(less["actions"]) and not less["inspections"]:
        return
    with_act, without = bounds(results(more))["public-signals"], bounds(results(less))["public-signals"]
    assert with_act[0] <= without[0] + 1e-9
    assert with_act[1] <= without[1] + 1e-9


@for_any(evidence, st.integers(0, 5))
def test_a_closeout_lowers_no_must_have(known: Mapping[str, Any], at: int) -> None:
    if at >= len(known["actions"]):
        return
    before, after = results(known), results(changed(known, "actions", at, closed_on="2025-12-31"))
    assert GATE_ORDER[gates(after)["no-open-gmp-action"]] >= GATE_ORDER[gates(before)["no-open-gmp-action"]]


@for_any(
    evidence,
    st.integers(0, 3),
    st.sampled_from(
        [
            {"modality": "aav"},
            {"route": "intravenous"},
            {"dosage_form": "suspension_for_injection"},
            {"stages": "phase_2"},
            {"has_limits": 1},
            {"batches_made": 500.0},
            {"years": 500.0},
        ]
    ),
)
def test_a_capability_that_fits_better_lowers_no_lower_bound(
    known: Mapping[str, Any], at: int, better: Mapping[str, Any]
) -> None:
    if at >= len(known["capabilities"]):
        return
    was, now = bounds(results(known)), bounds(results(changed(known, "capabilities", at, **better)))
    assert all(now[key][0] >= low - 1e-9 for key, (low, _high) in was.items())


@for_any(evidence, st.integers(0, 4), st.sampled_from(["NAI", "VAI", "OAI"]))
def test_settling_a_pending_inspection_stays_inside_the_interval(
    known: Mapping[str, Any], at: int, outcome: str
) -> None:
    if at >= len(known["inspections"]):
        return
    assert_inside(
        results(changed(known, "inspections", at, outcome="PENDING")),
        results(changed(known, "inspections", at, outcome=outcome)),
    )


@for_any(evidence, st.integers(0, 5), st.sampled_from(["YES", "NO"]))
def test_settling_the_subject_of_a_letter_stays_inside_the_interval(
    known: Mapping[str, Any], at: int, subject: str
) -> None:
    if at >= len(known["actions"]):
        return
    assert_inside(
        results(changed(known, "actions", at, gmp="UNKNOWN")),
        results(changed(known, "actions", at, gmp=subject)),
    )


def assert_inside(before: Derivation, after: Derivation) -> None:
    was, now = bounds(before), bounds(after)
    for key, (low, high) in was.items():
        assert low - 1e-9 <= now[key][0] <= now[key][1] <= high + 1e-9, key


@for_any(profile)
def test_every_value_of_a_profile_is_an_interval_on_the_scale(known: Mapping[str, Any]) -> None:
    for low, high in bounds(results(known)).values():
        assert 0 <= low <= high <= 100


@for_any(profile, profile)
def test_what_became_known_of_a_profile_later_changes_nothing(
    known: Mapping[str, Any], later: Mapping[str, Any]
) -> None:
    late = {table: [{**row, "known_on": "2026-01-02"} for row in rows] for table, rows in later.items()}
    both = {table: [*known[table], *late[table]] for table in known}
    assert bounds(results(both)) == bounds(results(known))


@for_any(profile)
def test_what_was_replaced_or_expired_by_the_day_changes_nothing(known: Mapping[str, Any]) -> None:
    ours = ("capas", "answers", "proposals", "dry_run_steps")
    claims = {table: rows for table, rows in known.items() if table not in ours}
    for ended in ({"replaced_on": AS_OF}, {"expires_on": "2025-12-31"}):
        gone = {table: [{**row, **ended} for row in rows] for table, rows in claims.items()}
        assert bounds(results(gone)) == bounds(results({}))
    kept = {table: [{**row, "replaced_on": "2026-01-02"} for row in rows] for table, rows in claims.items()}
    assert bounds(results(kept)) == bounds(results(claims))


@for_any(profile)
def test_what_a_capa_will_have_done_changes_nothing_today(known: Mapping[str, Any]) -> None:
    dates = ("done_on", "closed_on", "returned_on")
    later = [{**row, **dict.fromkeys(dates, "2026-02-01")} for row in known["capas"]]
    never = [{**row, **dict.fromkeys(dates, None)} for row in known["capas"]]
    assert bounds(results({**known, "capas": later})) == bounds(results({**known, "capas": never}))


@settings(max_examples=150, deadline=None)
@given(profile, st.sampled_from(sorted(LADDERS)), st.integers(0, 2), st.integers(0, 2), st.integers(0, 2))
def test_a_better_fact_of_a_profile_lowers_neither_bound(
    known: Mapping[str, Any], which: str, at: int, one: int, two: int
) -> None:
    table, steps = LADDERS[which]
    worse, better = sorted((min(one, len(steps) - 1), min(two, len(steps) - 1)))
    if known[table] and worse < better:
        at %= len(known[table])
        assert_not_worse(
            results(changed(known, table, at, **steps[worse])),
            results(changed(known, table, at, **steps[better])),
        )


@settings(max_examples=100, deadline=None)
@given(profile, st.sampled_from(sorted(OPEN)), st.integers(0, 2), st.integers(0, 2))
def test_settling_an_open_item_of_a_profile_stays_inside_the_interval(
    known: Mapping[str, Any], which: str, at: int, outcome: int
) -> None:
    table, unsaid, outcomes = OPEN[which]
    if known[table]:
        at %= len(known[table])
        said = {**unsaid, **outcomes[outcome % len(outcomes)]}
        assert_inside(
            results(changed(known, table, at, **unsaid)), results(changed(known, table, at, **said))
        )


@for_any(profile, st.sampled_from(sorted(LADDERS)))
def test_absent_evidence_never_counts_as_good(known: Mapping[str, Any], which: str) -> None:
    table = LADDERS[which][0]
    was, now = bounds(results(known)), bounds(results({**known, table: []}))
    for key, (low, _high) in was.items():
        assert now[key][0] <= low + 1e-9, key


@for_any(st.lists(st.one_of(evidence, profile), min_size=2, max_size=4))
def test_many_sites_at_once_give_what_each_gives_alone(sites: Sequence[Mapping[str, Any]]) -> None:
    tables = {
        table: [{**row, "site": at} for at, known in enumerate(sites) for row in known.get(table, ())]
        for table in {table for known in sites for table in known}
    }
    together = derived(AS_OF, facts_of(**tables, sites=len(sites)), NEED)
    for at, known in enumerate(sites):
        alone = results(known)
        for key, batch in alone.scores.items():
            both = together.scores[key]
            assert np.allclose([both.low[at], both.high[at]], [batch.low[0], batch.high[0]])
            assert both.score(at).rationale == batch.score(0).rationale
        for key, gate in alone.gates.items():
            assert together.gates[key].gate(at).status == gate.gate(0).status
            assert together.gates[key].gate(at).reason == gate.gate(0).reason


@for_any(st.one_of(evidence, profile), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(known: Mapping[str, Any], shuffled: Any) -> None:
    mixed = {table: shuffled.sample(rows, len(rows)) for table, rows in known.items()}
    was, now = bounds(results(known)), bounds(results(mixed))
    assert all(now[key] == pytest.approx(value) for key, value in was.items())


@for_any(st.one_of(evidence, profile))
def test_a_score_rests_on_evidence_or_says_that_there_is_none(known: Mapping[str, Any]) -> None:
    for batch in results(known).scores.values():
        score = batch.score(0)
        if (score.low, score.high) != (0.0, 100.0) and not score.rationale.key.endswith(("quiet", "other")):
            assert score.evidence
        if not score.evidence and score.rationale.key != "signals.quiet":
            assert score.low == 0


def test_the_registry_says_which_rules_are_must_haves() -> None:
    derivation = results({})
    kinds = {key: rule.kind for key, rule in RULES.items()}
    assert {key for key, kind in kinds.items() if kind is RuleKind.CRITERION} == set(derivation.scores)
    assert {key for key, kind in kinds.items() if kind is RuleKind.MUST_HAVE} == set(derivation.gates)
