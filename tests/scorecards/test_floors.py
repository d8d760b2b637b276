"""A floor on a criterion: who stays below it is excluded, or ranked only by a signed exception."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from partners.models import Site
from programs.models import Program, WorkPackage
from records.models import Signature
from records.refusals import Refused
from scorecards.carried import inputs_of, ranking_of_inputs
from scorecards.changes import changes_between, snapshot_of_frozen, snapshot_of_ranking
from scorecards.exceptions.selectors import exceptions_awaiting
from scorecards.exceptions.services import exception_draft, exception_withdraw
from scorecards.following import scorecard_template_follow
from scorecards.freezing import freeze_content, recompute, result_data
from scorecards.models import FloorException, ScorecardTemplate
from scorecards.overrides import override_make
from scorecards.plain import ranking_data
from scorecards.plans import default_scorecard_template, plan_of, scorecard_of
from scorecards.ranking import RankedCandidate, Ranking
from scorecards.selectors import ranking_of
from scorecards.services import evaluation_freeze, evaluation_verify
from scorecards.template_services import Floor, template_revise
from tests import makers
from tests.records.declared import PASSWORD, sign

KEY = "depth"
GATE = "floor:depth"


@dataclass(frozen=True)
class Scene:
    package: WorkPackage
    site: Site
    lead: User
    approver: User
    administrator: User

    def ranking(self) -> Ranking:
        return ranking_of(self.package)

    def row(self) -> RankedCandidate:
        row = self.ranking().candidate(self.site.pk)
        assert row is not None
        return row

    def gate(self) -> dict[str, Any]:
        told = next(
            row for row in ranking_data(self.ranking())["candidates"] if row["site_id"] == self.site.pk
        )
        return next(gate for gate in told["gates"] if gate["key"] == GATE)

    def put(self, low: float, high: float | None = None) -> None:
        """Value the criterion of the site, so that the test knows where it stands."""
        ends = {"low": Decimal(str(low)), "high": Decimal(str(low if high is None else high))}
        override_make(
            package=self.package,
            site=self.site,
            criterion=KEY,
            reason="For the test",
            actor=self.lead,
            **ends,
        )

    def floor(self, points: int, *, by_exception: bool = False) -> ScorecardTemplate:
        """A new version of the template with this floor, followed by the scorecard."""
        made = template_revise(
            base=default_scorecard_template(),
            anchors={},
            weights={},
            floors={KEY: Floor(Decimal(points), by_exception)},
            reason="Depth is critical",
            actor=self.administrator,
        )
        version = plan_of(self.package).version
        scorecard_template_follow(package=self.package, version=version, actor=self.lead)
        return made

    def draft(self, **more: Any) -> FloorException:
        told = {"reason": "Two senior people join in May.", "valid_until": None, "actor": self.lead}
        return exception_draft(package=self.package, site=self.site, criterion=KEY, **(told | more))

    def excepted(self, **more: Any) -> FloorException:
        made = self.draft(**more)
        sign(made, self.lead, Signature.Meaning.AUTHORED)
        sign(made, self.approver, Signature.Meaning.APPROVED)
        made.refresh_from_db()
        return made


@pytest.fixture
def scene(demo_db: None, settings: Any) -> Scene:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    people = {role: User.objects.get(role=role, is_demo=True) for role in (Role.SOURCING, Role.EXECUTIVE)}
    for user in people.values():
        user.set_password(PASSWORD)
        user.save()
    package = Program.objects.get(code="AURELIA").packages.get()
    scorecard_of(package)
    first = ranking_of(package).candidates[0]
    return Scene(
        package,
        Site.objects.get(pk=first.head.site_id),
        people[Role.SOURCING],
        people[Role.EXECUTIVE],
        User.objects.get(role=Role.ADMINISTRATOR, is_demo=True),
    )


def test_below_excludes_across_is_unknown_at_it_passes(scene: Scene) -> None:
    scene.floor(60)
    before = {row.head.site_id: row.result.exact_score for row in scene.ranking().candidates}
    for low, high, gate, status in (
        (60, 60, "pass", "ranked"),
        (59.99, 59.99, "fail", "excluded"),
        (40, 60, "unknown", "conditional"),
    ):
        scene.put(low, high)
        row = scene.row()
        assert (scene.gate()["status"], row.status.value) == (gate, status)
        assert (row.result.rank is None) == (status == "excluded")
        assert row.result.score > 0, "who is excluded keeps the score"
    others = {row.head.site_id: row.result.exact_score for row in scene.ranking().candidates}
    assert {key: value for key, value in others.items() if key != scene.site.pk} == {
        key: value for key, value in before.items() if key != scene.site.pk
    }
    assert "60" in scene.gate()["reason"]


def test_it_is_frozen_carried_and_told_among_the_changes(scene: Scene) -> None:
    scene.put(50)
    free, _new = evaluation_freeze(package=scene.package, as_of=None, actor=scene.lead)
    scene.floor(60, by_exception=True)
    scene.excepted(valid_until=timezone.localdate() + timedelta(days=90))
    run, _new = evaluation_freeze(package=scene.package, as_of=None, actor=scene.lead)
    for each in (free, run):
        assert evaluation_verify(run=each).holds
    assert "exceptions" not in free.inputs
    assert all("floor" not in row for row in free.inputs["plan"]["criteria"])
    ranking = scene.ranking()
    content = freeze_content(ranking)
    again = recompute(content)
    assert result_data(again) == content.result
    assert again.evaluation.digest == ranking.evaluation.digest
    carried = ranking_of_inputs(inputs_of(ranking), ranking.as_of)
    assert carried.evaluation.digest == ranking.evaluation.digest
    assert [row.criterion.key for row in carried.must_haves] == [
        row.criterion.key for row in ranking.must_haves
    ]
    assert {row.head.site_id: [g.status for g in row.gates] for row in carried.candidates} == {
        row.head.site_id: [g.status for g in row.gates] for row in ranking.candidates
    }
    changes = changes_between(snapshot_of_frozen(free.inputs, free.result), snapshot_of_ranking(again))
    told = next(row for row in changes.rows if row.site_id == scene.site.pk)
    assert [(gate.title, gate.before, gate.after) for gate in told.gates] == [
        ("Floor: Depth of experience", "", "excepted")
    ]
    assert "Two senior people join in May." in told.gates[0].why
    frozen = snapshot_of_frozen(run.inputs, run.result)
    assert frozen.stands[scene.site.pk].gates[GATE].title == "Floor: Depth of experience"
    # Only what is signed counts: without the exception nobody gets the same digest.
    bare = {**content.inputs, "exceptions": []}
    other = recompute(type(content)(content.as_of, bare, content.result, content.rule_versions))
    assert other.evaluation.digest != ranking.evaluation.digest
    assert other.evaluation.result(str(scene.site.pk)).status.value == "excluded"


def test_an_exception_counts_with_two_signatures_until_the_evidence_is_worse(scene: Scene) -> None:
    scene.put(50)
    scene.floor(60, by_exception=True)
    made = scene.draft()
    assert scene.row().status.value == "excluded"
    sign(made, scene.lead, Signature.Meaning.AUTHORED)
    assert scene.row().status.value == "excluded", "one signature is not enough"
    assert [list(exceptions_awaiting(user)) for user in (scene.lead, scene.approver)] == [[], [made]]
    scene.put(49)
    with pytest.raises(Refused, match="less is documented"):
        sign(made, scene.approver, Signature.Meaning.APPROVED)
    assert FloorException.objects.get(pk=made.pk).state == FloorException.State.DRAFT
    scene.put(50)
    sign(made, scene.approver, Signature.Meaning.APPROVED)
    assert (scene.gate()["status"], scene.row().status.value) == ("excepted", "ranked")
    assert str(scene.approver) in scene.gate()["reason"]
    for low, gate in ((55, "excepted"), (49.99, "fail"), (50, "excepted"), (60, "pass")):
        scene.put(low)
        assert scene.gate()["status"] == gate, low
    scene.put(49)
    assert "does not hold" in scene.gate()["reason"]
    scene.put(50)
    scene.floor(70, by_exception=True)
    assert scene.gate()["status"] == "fail", "the bar it was signed for was lower"
    scene.floor(55, by_exception=True)
    assert scene.gate()["status"] == "excepted"
    scene.floor(55)
    assert scene.gate()["status"] == "fail", "the template allows none any more"


def test_it_ends_with_its_last_day_and_when_it_is_withdrawn(scene: Scene) -> None:
    scene.put(50)
    scene.floor(60, by_exception=True)
    today = timezone.localdate()
    made = scene.excepted(valid_until=today)
    assert scene.gate()["status"] == "excepted"
    assert not ranking_of(scene.package, today - timedelta(days=1)).exceptions
    with pytest.raises(ValidationError):
        exception_withdraw(exception=made, version=made.version, reason=" ", actor=scene.lead)
    ended = exception_withdraw(exception=made, version=made.version, reason="They left.", actor=scene.lead)
    assert ended.state == FloorException.State.ENDED
    assert scene.gate()["status"] == "fail"
    scene.excepted()
    assert scene.gate()["status"] == "excepted"
    newer = scene.excepted(reason="Three people by now.")
    assert scene.gate()["status"] == "excepted"
    assert "Three people" in scene.gate()["reason"]
    assert list(FloorException.objects.filter(work_package=scene.package, state="effective")) == [newer]


def test_what_makes_no_sense_is_refused(scene: Scene) -> None:
    with pytest.raises(ValidationError, match="no floor"):
        scene.draft()
    scene.put(50)
    scene.floor(60)
    with pytest.raises(ValidationError, match="allows no exception"):
        scene.draft()
    scene.floor(60, by_exception=True)
    with pytest.raises(PermissionDenied):
        scene.draft(actor=scene.approver)
    with pytest.raises(ValidationError):
        scene.draft(reason=" ")
    with pytest.raises(ValidationError):
        scene.draft(valid_until=date(2020, 1, 1))
    scene.draft()
    with pytest.raises(ValidationError):
        scene.draft()
    scene.put(60)
    with pytest.raises(ValidationError, match="met"):
        scene.draft()


@pytest.mark.parametrize(
    ("floors", "named"),
    [
        ({"regulatory": Floor(Decimal(50))}, "floor-regulatory"),
        ({KEY: Floor(Decimal(0))}, "floor-depth"),
        ({KEY: Floor(Decimal(101))}, "floor-depth"),
        ({KEY: Floor(None, True)}, "floor-depth"),
    ],
)
def test_a_floor_that_cannot_be_is_named(scene: Scene, floors: dict[str, Floor], named: str) -> None:
    with pytest.raises(ValidationError) as caught:
        template_revise(
            base=default_scorecard_template(),
            anchors={},
            weights={},
            floors=floors,
            reason="Try",
            actor=scene.administrator,
        )
    assert list(caught.value.message_dict) == [named]


def test_the_form_of_a_template_sets_floors_and_later_versions_keep_them(scene: Scene) -> None:
    client = makers.signed_in(scene.administrator)
    address = reverse("templates:template-edit", args=[default_scorecard_template().pk])
    form = client.get(address).context["form"]
    sent = {name: form[name].initial for name in form.fields if form[name].initial is not None}
    sent |= {"reason": "Depth is critical", "floor-depth": "0", "below-depth": "exception"}
    refused = client.post(address, sent)
    assert refused.status_code == 422
    assert refused.context["form"].errors.keys() == {"floor-depth"}
    assert client.post(address, sent | {"floor-depth": "62.5"}).status_code == 302
    made = default_scorecard_template()
    criterion = made.criteria.get(key=KEY)
    assert (criterion.floor, criterion.floor_by_exception) == (Decimal("62.5"), True)
    assert made.criteria.exclude(floor=None).count() == 1
    assert b"62.5" in client.get(reverse("templates:template", args=[made.pk])).content
    later = template_revise(
        base=made, anchors={}, weights={}, reason="Other weights", actor=scene.administrator
    )
    assert later.criteria.get(key=KEY).floor == Decimal("62.5")


def test_the_pages_lead_from_the_floor_to_its_signature(scene: Scene) -> None:
    scene.put(50)
    scene.floor(60, by_exception=True)
    client = makers.signed_in(scene.lead)
    code = scene.package.program.code
    listed = client.get(reverse("scorecards:exceptions", args=[code])).content.decode()
    add = reverse("scorecards:exception-add", args=[code, scene.site.pk, KEY])
    assert add in listed
    criterion = client.get(reverse("scorecards:criterion", args=[code, scene.site.pk, KEY])).content.decode()
    assert add in criterion
    assert "Only a signed exception" in criterion
    refused = client.post(add, {"reason": "Later", "valid_until": "2020-01-01"})
    assert refused.status_code == 422
    assert "Later" in refused.content.decode(), "what was typed is kept"
    page = client.post(add, {"reason": "Two people join.", "valid_until": ""}, follow=True)
    made = FloorException.objects.get(work_package=scene.package)
    assert page.redirect_chain[-1][0] == reverse("scorecards:exception", args=[code, made.pk])
    signed = ["scorecards", "floorexception", made.pk, "record", "authored"]
    assert reverse("records:sign", args=signed) in page.content.decode()
    for user, waits in ((scene.lead, True), (scene.approver, False)):
        work = makers.signed_in(user).get(reverse("scoring:work"))
        assert (made.get_absolute_url() in work.content.decode()) == waits, "the author signs first"
    end = reverse("scorecards:exception-withdraw", args=[code, made.pk])
    client.post(end, {"reason": "A mistake", "version": "7"})
    made.refresh_from_db()
    assert made.state == "draft", "somebody else's change is not lost"
    told = client.post(end, {"reason": "A mistake", "version": str(made.version)}, follow=True)
    made.refresh_from_db()
    assert made.state == "ended"
    assert "The draft is given up" in told.content.decode(), "no floor counts again: it always did"
    preview = client.post(
        reverse("scorecards:weights-preview", args=[code]),
        {f"w-{key}": str(value) for key, value in plan_of(scene.package).weights.items()},
    )
    assert preview.status_code == 200
