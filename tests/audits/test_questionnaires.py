"""Questionnaires: built, frozen once sent, answered as a draft, reviewed, turned into evidence."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from accounts.roles import Role
from audits.models import Answer, Question, Questionnaire, QuestionnaireRequest
from audits.portal.answering import problems, progress, shown, words
from audits.portal.library import LIBRARY, questionnaire_from_library
from audits.portal.questionnaires import (
    question_move,
    question_remove,
    question_save,
    questionnaire_edition,
    questionnaire_make,
)
from audits.portal.requests import (
    AnswersMissing,
    Decision,
    questionnaire_send,
    request_review,
    request_submit,
)
from partners.models import PracticeRating
from records.refusals import Refused
from tests import makers
from tests.audits.exchange import LENA, guest, sent, small

pytestmark = pytest.mark.django_db


@pytest.fixture
def site() -> Any:
    return makers.site("Northgate")


def ask(site: Any, questionnaire: Questionnaire) -> Any:
    due = timezone.localdate() + timedelta(days=28)
    return questionnaire_send(questionnaire=questionnaire, site=site, contact=LENA, due_on=due, actor=None)


def keys(questionnaire: Questionnaire) -> list[int]:
    return list(questionnaire.questions.order_by("position").values_list("pk", flat=True))


@pytest.mark.parametrize("key", sorted(LIBRARY))
def test_the_library_is_sound(key: str) -> None:
    made = questionnaire_from_library(key=key, actor=None)
    for question in made.questions.all():
        question.full_clean()
        assert question.practice == "" or question.practice in PracticeRating.Practice.values
        assert (question.follows is None) == (question.follows_answer == "")
    assert made.questions.count() == len(LIBRARY[key].questions) >= 10
    assert questionnaire_from_library(key=key, actor=None).key != made.key


def test_follow_ups_show_and_count_only_after_their_answer() -> None:
    made = small()
    questions = list(made.questions.all())
    expand, how_much, batches, reserved, _plan = keys(made)
    assert [each.pk for each in shown(questions, {expand: "no"})] == [expand, batches, reserved, _plan]
    assert how_much in problems(questions, {expand: "yes"}, set())
    assert set(problems(questions, {expand: "no", batches: "12 000,5x", reserved: "x"}, set())) == {batches}
    done = progress(questions, {expand: "yes", how_much: "20 %"}, {_plan})
    assert (done.answered, done.total) == (3, 5)


def test_a_day_is_read_as_the_reader_writes_days() -> None:
    question = Question(kind=Question.Kind.DATE)
    assert words(question, "2027-03-15") == "Mar\xa015,\xa02027"
    with override("fr"):
        assert words(question, "2027-03-15") == "15\xa0mars\xa02027"
    assert words(question, "in spring") == "in spring"


def test_building_orders_sections_and_keeps_follow_ups_behind() -> None:
    made = questionnaire_make(title="Own", kind="rfi", actor=None)

    def add(text: str, section: str, **fields: Any) -> Question:
        told = {"text": text, "section": section, "kind": "yes_no", "options": []} | fields
        return question_save(questionnaire=made, fields=told, actor=None)

    first = add("A1", "A")
    add("B1", "B")
    second = add("A2", "A", kind="text", follows=first, follows_answer="yes")

    def texts() -> list[str]:
        return list(made.questions.order_by("position").values_list("text", flat=True))

    def move(question: Question, *, up: bool) -> list[str]:
        question_move(question=question, up=up, actor=None)
        return texts()

    assert texts() == ["A1", "A2", "B1"]
    with pytest.raises(Refused, match="behind its question"):
        question_move(question=second, up=True, actor=None)
    # The last follow-up goes no further down than behind its question.
    assert move(second, up=False) == ["A1", "A2", "B1"]
    add("A1b", "elsewhere", kind="text", follows=first, follows_answer="no")
    assert texts() == ["A1", "A2", "A1b", "B1"]
    assert move(second, up=False) == ["A1", "A1b", "A2", "B1"]
    # A question takes its follow-ups along: beside its neighbor, and over the edge of its section.
    third = add("A3", "A")
    assert move(first, up=False) == ["A3", "A1", "A1b", "A2", "B1"]
    assert move(first, up=False) == ["A3", "A1", "A1b", "A2", "B1"]
    assert set(made.questions.filter(section="B").values_list("text", flat=True)) == {"A1", "A1b", "A2", "B1"}
    assert move(first, up=True) == ["A3", "A1", "A1b", "A2", "B1"]
    assert list(made.questions.filter(section="B").values_list("text", flat=True)) == ["B1"]
    # Moved by its section, it takes them along as well.
    first.refresh_from_db()
    question_save(
        questionnaire=made,
        question=first,
        fields={"section": "B", "text": "A1", "kind": "yes_no"},
        actor=None,
    )
    assert texts() == ["A3", "B1", "A1", "A1b", "A2"]
    with pytest.raises(ValidationError, match="waits for this answer: no, yes"):
        question_save(questionnaire=made, question=first, fields={"kind": "text"}, actor=None)
    first.refresh_from_db()
    with pytest.raises(ValidationError, match="comes after"):
        question_save(
            questionnaire=made, question=first, fields={"follows": first, "follows_answer": "yes"}, actor=None
        )
    first.refresh_from_db()
    question_remove(question=third, actor=None)
    made.questions.get(text="A1b").delete()
    with pytest.raises(ValidationError, match="Choose one of: yes, no"):
        add("A3", "A", follows=first, follows_answer="maybe")
    with pytest.raises(ValidationError, match="at least two options"):
        add("A4", "A", kind="choice", options=["one"])
    question_remove(question=first, actor=None)
    assert texts() == ["B1"]


def test_an_edition_that_was_sent_stays_and_the_next_one_copies_it(site: Any) -> None:
    made = small()
    ask(site, made)
    made.refresh_from_db()
    assert made.state == "active"
    with pytest.raises(Refused):
        question_save(questionnaire=made, fields={"text": "New", "section": "A", "kind": "text"}, actor=None)
    with pytest.raises(Refused):
        question_remove(question=made.questions.earliest("pk"), actor=None)
    after = questionnaire_edition(questionnaire=made, actor=None)
    assert (after.edition, after.state) == (2, "draft")
    copied = list(after.questions.order_by("position"))
    assert copied[1].follows_id == copied[0].pk
    assert questionnaire_edition(questionnaire=made, actor=None).pk == after.pk
    ask(site, after)
    made.refresh_from_db()
    assert made.state == "retired"
    with pytest.raises(Refused):
        ask(site, made)


def test_answers_are_kept_while_typed_and_missing_ones_named(site: Any) -> None:
    made = small()
    asked = ask(site, made)
    client = guest(asked.invited)
    expand, how_much, batches, reserved, _plan = keys(made)
    save = f"/portal/requests/{asked.request.pk}/save/"
    told = client.post(
        save, {"fields": [f"q{expand}", f"q{batches}"], f"q{expand}": "yes", f"q{batches}": "12x"}
    )
    assert told.json() == {"answered": 2, "total": 5}
    # Only what is named changes: the field that was not sent is not emptied.
    client.post(save, {"fields": f"q{reserved}", f"q{reserved}": "By contract"})
    page = client.get(f"/portal/requests/{asked.request.pk}/").text
    assert 'value="12x"' in page
    assert "By contract" in page
    full = {f"q{expand}": "yes", f"q{batches}": "12x", f"q{reserved}": "By contract", "submit": "1"}
    refused = client.post(f"/portal/requests/{asked.request.pk}/", full)
    assert refused.status_code == 422
    assert f"#q{how_much}-block" in refused.text
    assert f"#q{batches}-block" in refused.text
    assert f"#q{reserved}-block" not in refused.text
    full |= {f"q{how_much}": "20 %", f"q{batches}": "12"}
    assert client.post(f"/portal/requests/{asked.request.pk}/", full).status_code == 302
    asked.request.refresh_from_db()
    assert asked.request.state == "submitted"
    assert client.post(save, {"fields": f"q{batches}", f"q{batches}": "13"}).status_code == 409
    assert Answer.objects.get(question_id=batches).value == "12"


def submitted(site: Any, key: str = "small") -> tuple[Any, list[int]]:
    made = small(key)
    asked = ask(site, made)
    expand, _how_much, batches, reserved, _plan = order = keys(made)
    values = {expand: "no", batches: "12", reserved: "By contract"}
    request_submit(request=asked.request, invitation=asked.invited.invitation, values=values)
    return asked, order


def test_accepted_answers_become_claimed_evidence_that_links_back(site: Any) -> None:
    asked, (expand, _how, batches, reserved, _plan) = submitted(site)
    staff = makers.signed_in(makers.person(Role.SOURCING))
    review = reverse("questionnaires:request-review", args=[asked.request.pk])
    told = {f"d{expand}": "accept", f"d{batches}": "accept", f"d{reserved}": "accept"}
    refused = staff.post(review, told)
    assert refused.status_code == 422
    assert "Rate the practice" in refused.text
    assert staff.post(review, told | {f"l{reserved}": "3"}).status_code == 302
    rating = PracticeRating.objects.get()
    assert (rating.site_id, rating.practice, rating.level, rating.strength) == (
        site.pk,
        "reservation",
        3,
        "claimed",
    )
    assert "By contract" in rating.observation
    assert Answer.objects.get(question_id=reserved).evidence_id == rating.pk
    page = staff.get(reverse("questionnaires:request", args=[asked.request.pk])).text
    assert reverse("workspace:record", args=[site.pk, "practices", rating.pk]) in page
    # The same practice claimed again replaces the claim; the earlier one is kept as what was believed.
    again, (expand, _how, batches, reserved, _plan) = submitted(site, "again")
    accept = Decision(accepted=True)
    decisions = {expand: accept, batches: accept, reserved: Decision(accepted=True, level=4)}
    request_review(request=again.request, decisions=decisions, note="", actor=None)
    assert PracticeRating.objects.current().get().level == 4
    assert PracticeRating.objects.count() == 2


def test_a_returned_answer_opens_alone(site: Any) -> None:
    asked, (expand, _how, batches, reserved, _plan) = submitted(site)
    client = guest(asked.invited)
    accept = Decision(accepted=True)
    decisions = {expand: accept, batches: Decision(accepted=False), reserved: Decision(True, level=2)}
    with pytest.raises(ValidationError, match="Say why"):
        request_review(request=asked.request, decisions=decisions, note="", actor=None)
    decisions = {expand: accept, batches: Decision(False, "A year?"), reserved: Decision(True, level=2)}
    row = request_review(request=asked.request, decisions=decisions, note="Nearly there", actor=None)
    assert row.state == "returned"
    page = client.get(f"/portal/requests/{asked.request.pk}/").text
    assert "A year?" in page
    assert f'name="q{batches}"' in page
    assert f'name="q{reserved}"' not in page
    client.post(
        f"/portal/requests/{asked.request.pk}/",
        {f"q{batches}": "24", f"q{reserved}": "Something else", f"q{expand}": "yes", "submit": "1"},
    )
    values = dict(Answer.objects.values_list("question_id", "value"))
    assert values == {expand: "no", batches: "24", reserved: "By contract"}
    asked.request.refresh_from_db()
    assert asked.request.state == "submitted"
    request_review(request=asked.request, decisions={batches: accept}, note="", actor=None)
    assert QuestionnaireRequest.objects.get().state == "accepted"


def test_submitting_without_answers_names_each(site: Any) -> None:
    asked = ask(site, small())
    with pytest.raises(AnswersMissing) as missing:
        request_submit(request=asked.request, invitation=asked.invited.invitation, values={})
    assert len(missing.value.problems) == 3


def test_files_answer_a_question(site: Any) -> None:
    asked = ask(site, small())
    client = guest(asked.invited)
    plan = keys(asked.request.questionnaire)[-1]
    url = f"/portal/requests/{asked.request.pk}/files/{plan}/"
    upload = {"file": SimpleUploadedFile("plan.pdf", b"%PDF-1.7 plan"), "description": ""}
    assert client.post(url, upload).status_code == 302
    assert "plan.pdf" in client.get(f"/portal/requests/{asked.request.pk}/").text
    staff = makers.signed_in(makers.person(Role.QA))
    assert "plan.pdf" in staff.get(reverse("questionnaires:request", args=[asked.request.pk])).text


def test_sourcing_sends_requests_for_information_only(site: Any) -> None:
    sourcing = makers.person(Role.SOURCING)
    assert sent(site, sourcing).request.state == "sent"
    with pytest.raises(PermissionDenied):
        sent(site, sourcing, key="self-assessment")


def test_the_list_takes_the_same_number_of_queries_however_many(site: Any) -> None:
    client = makers.signed_in(makers.person(Role.QA))
    sent(site)
    few = makers.queries_of(client, reverse("questionnaires:requests"))
    for _ in range(4):
        sent(site)
    assert makers.queries_of(client, reverse("questionnaires:requests")) == few


def test_two_editors_of_the_title(site: Any) -> None:
    made = questionnaire_make(title="Own", kind="rfi", actor=None)
    client = makers.signed_in(makers.person(Role.QA))
    url = reverse("questionnaires:edit", args=[made.pk])
    told = {"title": "First", "kind": "rfi", "introduction": "", "version": 1}
    assert client.post(url, told).status_code == 302
    second = client.post(url, told | {"title": "Second"})
    assert second.status_code == 409
    assert "First" in second.text
    assert "Second" in second.text
