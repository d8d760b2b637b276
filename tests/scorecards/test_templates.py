"""The organization's own versions of a template: other anchors count, the old version stays as it was."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from accounts.roles import Role
from programs.models import Program
from scorecards.anchor_words import WORDS, anchor_read, anchor_shown, anchor_text, version_text
from scorecards.derivation.rules import RULES
from scorecards.following import scorecard_template_follow
from scorecards.models import Criterion, ScorecardTemplate, WeightChange
from scorecards.plans import default_scorecard_template, plan_of, scorecard_of
from scorecards.selectors import ranking_of
from scorecards.services import scorecard_weights_set
from scorecards.template_services import template_revise
from tests import makers

STEEP = {"ratio": [[0, 0], [1, 10], [5, 100]]}


@pytest.fixture
def administrator(demo_db: None) -> User:
    return User.objects.get(role=Role.ADMINISTRATOR, is_demo=True)


def revise(
    actor: User,
    anchors: dict[str, Any] | None = None,
    weights: dict[str, Decimal] | None = None,
    reason: str = "Our batches differ",
) -> ScorecardTemplate:
    return template_revise(
        base=default_scorecard_template(),
        anchors={"proven-batch": STEEP} if anchors is None else anchors,
        weights=weights or {},
        reason=reason,
        actor=actor,
    )


def test_a_new_version_counts_once_a_scorecard_follows_it(administrator: User) -> None:
    package = Program.objects.get(code="BOREAL").packages.get()
    scorecard_of(package)

    def cell() -> float:
        row = ranking_of(package).candidates[0]
        return next(cell for cell in row.criteria if cell.criterion.key == "proven-batch").low

    before, base = cell(), default_scorecard_template()
    made = revise(administrator)
    assert version_text(made.version) == f"{base.version}.1"
    assert cell() == before
    scorecard_template_follow(package=package, version=plan_of(package).version, actor=administrator)
    assert cell() < before
    base.refresh_from_db()
    assert base.status == ScorecardTemplate.Status.RETIRED
    assert Criterion.objects.get(template=base, key="proven-batch").anchors["ratio"] != STEEP["ratio"]
    assert revise(administrator).version == made.version + 1


@pytest.mark.parametrize(
    ("anchors", "weights", "named"),
    [
        ({"proven-batch": {"nothing": 3}}, {}, "proven-batch"),
        ({"proven-batch": {"ratio": [[0, 100], [1, 0]]}}, {}, "proven-batch"),
        ({"proven-batch": {"ratio": [[1, 0], [0, 100]]}}, {}, "proven-batch"),
        ({}, {"regulatory": Decimal(90)}, "groups"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(
    administrator: User, anchors: dict[str, Any], weights: dict[str, Decimal], named: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        revise(administrator, anchors, weights)
    assert named in caught.value.message_dict
    assert ScorecardTemplate.objects.filter(key="drug-cdmo", version__gte=1000).count() == 0


def test_only_administrators_with_a_reason(administrator: User) -> None:
    with pytest.raises(ValidationError):
        revise(administrator, reason=" ")
    with pytest.raises(PermissionDenied):
        revise(User.objects.get(role=Role.SOURCING, is_demo=True))


def test_every_anchor_has_words_and_reads_back_as_it_is_written() -> None:
    for rule in RULES.values():
        for name, value in rule.anchors.items():
            assert name in WORDS, name
            assert anchor_text(anchor_read(anchor_text(value), value)) == anchor_text(value)


def test_anchors_are_shown_in_the_figures_of_the_reader() -> None:
    with translation.override("fr"):
        shown = anchor_shown(((0, 100), (0.5, 30), (1500, 0)))
        assert shown == "0 → 100 · 0,5 → 30 · 1\N{NARROW NO-BREAK SPACE}500 → 0"
        assert anchor_shown(0.25) == "0,25"


@pytest.mark.parametrize("text", ["", "1", "0: 0; 1", "a: b", "1: 2: 3"])
def test_a_line_that_is_none_says_what_would_be_right(text: str) -> None:
    with pytest.raises(ValueError, match="pairs"):
        anchor_read(text, ((0, 0), (1, 100)))


def test_the_form_changes_one_anchor_and_keeps_the_rest(administrator: User) -> None:
    client = makers.signed_in(administrator)
    base = default_scorecard_template()
    address = reverse("templates:template-edit", args=[base.pk])
    form = client.get(address).context["form"]
    sent = {name: form[name].initial for name in form.fields if form[name].initial is not None}
    refused = client.post(address, sent | {"a-proven-batch-ratio": "0: 0; 1", "reason": "Our batches"})
    assert refused.status_code == 422
    assert "Write pairs of value and points" in refused.text
    assert 'value="0: 0; 1"' in refused.text
    sent |= {"a-proven-batch-ratio": "0: 0; 5: 100", "reason": "Our batches"}
    assert client.post(address, sent).status_code == 302
    made = default_scorecard_template()

    def anchors(template: ScorecardTemplate) -> dict[str, Any]:
        return dict(Criterion.objects.filter(template=template).values_list("key", "anchors"))

    was, now = anchors(base), anchors(made)
    assert now["proven-batch"]["ratio"] == [[0, 0], [5, 100]]
    assert {key for key in now if now[key] != was[key]} == {"proven-batch"}
    assert "0 → 0 · 5 → 100" in client.get(reverse("templates:template", args=[made.pk])).text
    assert version_text(made.version) in client.get(reverse("templates:template-list")).text


def test_weights_are_asked_again_where_a_scale_has_moved(administrator: User) -> None:
    package = Program.objects.get(code="BOREAL").packages.get()

    def save(reason: str, **weights: Decimal) -> None:
        version = plan_of(package).version
        scorecard_weights_set(
            package=package, weights=weights, reason=reason, version=version, actor=administrator
        )

    save("Fit first", regulatory=Decimal(20), fit=Decimal(26))
    assert plan_of(package).ask_again == frozenset()
    revise(administrator)
    scorecard_template_follow(package=package, version=plan_of(package).version, actor=administrator)
    # The weights are kept, and the page says of which the scale is another one now.
    plan = plan_of(package)
    assert plan.weights["fit"] == 26
    assert plan.ask_again == {"proven-batch"}
    page = makers.signed_in(administrator).get(reverse("scorecards:weights", args=["BOREAL"])).text
    assert page.count("ask again<") == 1
    assert "Scales of the template have moved" in page
    # To save them, also unchanged, is an answer; to save them once more is not another.
    save("Asked the team again")
    assert plan_of(package).ask_again == frozenset()
    kept = WeightChange.objects.count()
    save("Nothing new")
    assert WeightChange.objects.count() == kept


def test_weights_that_nobody_chose_are_the_templates_own(administrator: User) -> None:
    package = Program.objects.get(code="BOREAL").packages.get()
    scorecard_of(package)
    revise(administrator)
    scorecard_template_follow(package=package, version=plan_of(package).version, actor=administrator)
    assert plan_of(package).ask_again == frozenset()
