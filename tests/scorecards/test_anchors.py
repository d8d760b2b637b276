"""Frozen evaluations keep the head of the change history, so that a chain made anew is found out."""

from io import StringIO

import pytest
from django.core.management import call_command

from programs.models import WorkPackage
from records.anchors import told_anchors
from records.selectors import history_head
from scorecards.models import EvaluationRun
from scorecards.services import evaluation_freeze
from tests.makers import program, site
from tests.scorecards.evidence import AS_OF

pytestmark = pytest.mark.usefixtures("committed_db")


@pytest.fixture
def frozen() -> EvaluationRun:
    package: WorkPackage = program("ALFA", sites=(site("Clean"), site("Able"))).packages.get()
    return evaluation_freeze(package=package, as_of=AS_OF, actor=None)[0]


def test_a_frozen_evaluation_tells_the_head_before_it(frozen: EvaluationRun) -> None:
    [point] = [point for point in told_anchors() if frozen.sha256[:12] in point.source]
    assert point.hash == frozen.history_head
    now = history_head()
    assert now is not None
    assert now.hash != point.hash, "freezing itself is recorded after it"
    call_command("verify_history", stdout=StringIO())


def test_a_rewritten_chain_no_longer_has_the_head_of_the_evaluation(frozen: EvaluationRun) -> None:
    EvaluationRun.objects.bulk_create(
        [
            EvaluationRun(
                scorecard=frozen.scorecard,
                as_of=AS_OF,
                inputs={},
                result={},
                rule_versions={},
                sha256="f" * 64,
                history_head="0" * 64,
            )
        ]
    )
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("verify_history", stdout=out)
    assert "told to evaluation ffffffffffff is not in the chain" in out.getvalue()
