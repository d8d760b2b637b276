"""The demonstration tells its story: each program has its own winner; the generalist is none of them."""

import pytest

from programs.models import Candidate, Program
from scorecards.engine import Status
from scorecards.selectors import ranking_of
from workspace.demo.programs import PROGRAMS

GENERALIST = "Lumivast Global Services, Harrowgate Park"
WINNERS = {
    "AURELIA": "Alderwick Biologics, Corran Bridge",
    "BOREAL": "Eskeld Oral Solids, Norreby",
    "CELESTE": "Greyhollow Vectors, Cedar Landing",
    "DORADO": "Hestrand Cell Works, Fjellvik",
}


@pytest.mark.parametrize("code", [program.code for program in PROGRAMS])
def test_fit_beats_fame(demo_db: None, code: str) -> None:
    program = Program.objects.get(code=code)
    package = program.packages.get(position=1)
    package.program = program
    # As if nothing was decided yet: who is declined is out of the ranking.
    package.candidates.update(stage=Candidate.Stage.LONGLIST)
    rows = ranking_of(package).candidates
    winner = rows[0]
    assert (winner.head.name, winner.status) == (WINNERS[code], Status.RANKED)
    known = next(row for row in rows if row.head.name == GENERALIST)
    assert winner.result.score - known.result.score > 20
    # Explainable: what is known of the winner is most of what could be known.
    assert winner.result.completeness > 0.8
