"""A rule that gives something else has a new version, and the old version goes on giving what it gave."""

import json
from pathlib import Path
from typing import Any

import pytest

from scorecards.derivation.facts import Facts
from scorecards.derivation.rules import LOST, RULES, kept_versions
from scorecards.derivation.score import RuleRef
from tests.scorecards.derivation.pinned import PINS, SITES, given, of_version, pin_of, world

TOLERANCE = 1e-4
HELP = """{key} version {version} gives something else than when it was written down:
{column} of {count} of {sites} sites, first of site {site}: {was} → {now}.

Frozen evaluations name this version and are computed again with it. If the change is meant:
  1. give the rule the version {next} in scorecards/derivation/rules.py and in docs/criteria.md;
  2. move the formula as it was into scorecards/derivation/retired.py and name it in `_RETIRED`;
  3. python -m tests.scorecards.derivation.pinned   (writes down version {next}, never over what is there).
If it is not meant, the change is a bug."""


@pytest.mark.parametrize("ref", kept_versions(), ids=lambda ref: f"{ref.key}-{ref.version}")
def test_a_version_gives_what_it_gave_when_it_was_made(ref: RuleRef) -> None:
    assert pin_of(ref).exists(), (
        f"{ref.key} version {ref.version} is not written down: python -m tests.scorecards.derivation.pinned"
    )
    was: dict[str, list[Any]] = json.loads(pin_of(ref).read_text("utf-8"))
    now = of_version(ref)
    assert was.keys() == now.keys()
    for column, then in was.items():
        off = [at for at in range(SITES) if not _same(then[at], now[column][at])]
        if off:
            site = off[0]
            pytest.fail(
                HELP.format(
                    key=ref.key,
                    version=ref.version,
                    next=RULES[ref.key].version + (ref.version == RULES[ref.key].version),
                    column=column,
                    count=len(off),
                    sites=SITES,
                    site=site,
                    was=then[site],
                    now=now[column][site],
                )
            )


def _same(then: Any, now: Any) -> bool:
    return abs(then - now) <= TOLERANCE if isinstance(then, float) else bool(then == now)


def test_every_older_version_is_kept_or_known_to_be_lost() -> None:
    kept = set(kept_versions())
    older = {RuleRef(key, version) for key, rule in RULES.items() for version in range(1, rule.version)}
    assert older - kept == LOST, "a new version leaves the formula before it in retired.py"
    assert len(LOST) == 3, "no version is lost after the first release"


def test_nothing_is_written_down_for_a_version_that_is_not_there() -> None:
    assert {path.name for path in PINS.iterdir()} == {Path(pin_of(ref)).name for ref in kept_versions()}


def test_the_fixed_world_moves_every_rule() -> None:
    """A world in which a rule gave the same for everybody would pin nothing."""
    facts: Facts = world()
    assert all(len(table) > SITES / 2 for table in facts.tables().values())
    found = given()
    for key, batch in found.scores.items():
        if key != "unrecorded":
            assert len({round(value, 2) for value in batch.low.tolist()}) >= 3, key
            assert len(set(batch.why.message.tolist())) >= 2, key
    for key, gate in found.gates.items():
        assert len(set(gate.status.tolist())) >= 2, key
