"""Questionnaires on their way: sent, answered as a draft, submitted, reviewed answer by answer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audits.models import Answer, Invitation, Question, Questionnaire, QuestionnaireRequest
from audits.portal.answering import canonical, problems, shown
from audits.portal.evidence import evidence_make
from audits.portal.invitations import DAYS_OPEN, Contact, Invited, contact_of, invitation_make
from audits.portal.policies import QuestionnairePolicy, sending
from audits.portal.questionnaires import questionnaire_freeze
from partners.models import Site
from records.context import recorded
from records.models import Attachment
from records.refusals import Refused, refusals_raised

S = QuestionnaireRequest.State
TO_ANSWER = (S.SENT, S.STARTED, S.RETURNED)
# The link outlives the due date, so that late answers still come in.
DAYS_AFTER_DUE = 14


@dataclass(frozen=True)
class Sent:
    """A request, and the invitation whose link is shown once."""

    request: QuestionnaireRequest
    invited: Invited


@dataclass(frozen=True)
class Decision:
    """What a reviewer says about one answer. `level` (0 to 5) rates the practice it is evidence of."""

    accepted: bool
    note: str = ""
    level: int | None = None


class AnswersMissing(ValidationError):
    """A submission that cannot be. `problems`: what is wrong, by key of the question."""

    def __init__(self, found: dict[int, str]) -> None:
        super().__init__(_("Some answers are missing."))
        self.problems = found


def questionnaire_send(
    *, questionnaire: Questionnaire, site: Site, contact: Contact, due_on: date, actor: User | None
) -> Sent:
    """Send a questionnaire to a contact of a site; from now on this edition is not edited.

    Raises:
        PermissionDenied: when the person's role does not send this kind.
        ValidationError: without questions, for a day that has passed, or a wrong address.
    """
    sending(questionnaire.kind).require(actor)
    today = timezone.localdate()
    if due_on <= today:
        raise ValidationError({"due_on": _("Choose a later day.")})
    if not questionnaire.questions.exists():
        raise ValidationError(_("This questionnaire has no questions yet."))
    days = max(DAYS_OPEN, (due_on - today).days + DAYS_AFTER_DUE)
    with recorded(actor=actor, reason="questionnaire sent"):
        questionnaire_freeze(questionnaire)
        invited = invitation_make(site=site, contact=contact, days=days, actor=actor)
        made = QuestionnaireRequest.objects.create(
            questionnaire=questionnaire,
            site=site,
            invitation=invited.invitation,
            sent_on=today,
            due_on=due_on,
        )
    return Sent(made, invited)


def request_withdraw(*, request: QuestionnaireRequest, actor: User | None) -> None:
    """Take a request back that was not accepted yet; what was answered stays.

    Raises:
        PermissionDenied: when the person's role does not send.
        Refused: once it was accepted.
    """
    sending(request.questionnaire.kind).require(actor)
    with refusals_raised(), recorded(actor=actor, reason="request withdrawn"):
        row = QuestionnaireRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
        if row.state == S.ACCEPTED:
            raise Refused("state", _("These answers were accepted."))
        _becomes(row, S.WITHDRAWN)


def answers_save(*, request: QuestionnaireRequest, invitation: Invitation, values: Mapping[int, Any]) -> None:
    """Keep answers as a draft, whatever they look like. Answers that were accepted stay as they are.

    Raises:
        Refused: once it was submitted or withdrawn.
    """
    with refusals_raised(), recorded(actor=contact_of(invitation), reason="draft of answers"):
        row = _answerable(request)
        _keep(row, values)
        if row.state == S.SENT:
            _becomes(row, S.STARTED)


def answer_row(*, request: QuestionnaireRequest, question: Question, invitation: Invitation) -> Answer:
    """The row of one answer, made if need be, so that files can be attached to it.

    Raises:
        Refused: once it was submitted, withdrawn, or this answer accepted.
    """
    with refusals_raised(), recorded(actor=contact_of(invitation), reason="draft of answers"):
        row = _answerable(request)
        answer, _made = Answer.objects.get_or_create(request=row, question=question)
        if answer.is_accepted:
            raise Refused("state", _("This answer was accepted."))
        if row.state == S.SENT:
            _becomes(row, S.STARTED)
    return answer


def request_submit(
    *, request: QuestionnaireRequest, invitation: Invitation, values: Mapping[int, Any]
) -> None:
    """Submit the answers.

    Raises:
        AnswersMissing: with every question at fault; the draft is kept all the same.
        Refused: once it was submitted or withdrawn.
    """
    answers_save(request=request, invitation=invitation, values=values)
    questions = list(request.questionnaire.questions.all())
    with refusals_raised(), recorded(actor=contact_of(invitation), reason="answers submitted"):
        row = _answerable(request)
        answers = {each.question_id: each for each in row.answers.select_for_update(of=("self",))}
        given = {key: answer.value for key, answer in answers.items()}
        if found := problems(questions, given, with_files(row)):
            raise AnswersMissing(found)
        for question in shown(questions, given):
            answer = answers.get(question.pk)
            if answer is not None and not answer.is_accepted:
                answer.value, answer.is_accepted = canonical(question, answer.value), None
                answer.version += 1
                answer.save()
        row.submitted_at = timezone.now()
        _becomes(row, S.SUBMITTED)


def request_review(
    *, request: QuestionnaireRequest, decisions: Mapping[int, Decision], note: str, actor: User | None
) -> QuestionnaireRequest:
    """Accept or return each answer. One that is returned returns the questionnaire, with these open only.

    Args:
        decisions: by key of the question, for every answer that was not accepted before. An accepted answer
            to a question that names a practice becomes claimed evidence.

    Raises:
        PermissionDenied: when the person's role does not review.
        ValidationError: for an answer without a decision, one returned without a note, a practice unrated.
        Refused: when it is not under review any more.
    """
    QuestionnairePolicy.review.require(actor)
    with refusals_raised(), recorded(actor=actor, reason="answers reviewed"):
        row = QuestionnaireRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
        if row.state != S.SUBMITTED:
            raise Refused("state", _("Someone else has reviewed these answers already."))
        waiting = to_review(row)
        _check_decisions(waiting, decisions)
        for answer in waiting:
            decided = decisions[answer.question_id]
            answer.is_accepted, answer.review_note = decided.accepted, decided.note.strip()
            if decided.accepted and decided.level is not None:
                answer.evidence = evidence_make(answer, decided.level, submitted_at=row.submitted_at)
            answer.version += 1
            answer.save()
        returned = any(not decisions[answer.question_id].accepted for answer in waiting)
        row.review_note, row.reviewed_by, row.reviewed_at = note.strip(), actor, timezone.now()
        _becomes(row, S.RETURNED if returned else S.ACCEPTED)
    return row


def to_review(request: QuestionnaireRequest) -> list[Answer]:
    """The answers that wait for a decision: of questions that show, not accepted before. Two queries."""
    questions = list(request.questionnaire.questions.all())
    answers = {each.question_id: each for each in request.answers.all()}
    given = {key: answer.value for key, answer in answers.items()}
    files = with_files(request)
    found = []
    for question in shown(questions, given):
        answer = answers.get(question.pk)
        if answer is None or answer.is_accepted or not (answer.value or question.pk in files):
            continue
        answer.question, answer.request = question, request
        found.append(answer)
    return found


def with_files(request: QuestionnaireRequest) -> set[int]:
    """Keys of the questions whose answers carry files. One query."""
    attached = Attachment.objects.filter(model=Answer._meta.label).values("record_pk")
    return set(request.answers.filter(pk__in=attached).values_list("question_id", flat=True))


def default_due() -> date:
    """Four weeks from today."""
    return timezone.localdate() + timedelta(days=28)


def _check_decisions(waiting: list[Answer], decisions: Mapping[int, Decision]) -> None:
    wrong = []
    for answer in waiting:
        decided = decisions.get(answer.question_id)
        told = {"question": answer.question.text}
        if decided is None:
            wrong.append(_("Accept or return: %(question)s") % told)
        elif not decided.accepted and not decided.note.strip():
            wrong.append(_("Say why this is returned: %(question)s") % told)
        elif decided.accepted and answer.question.practice and decided.level is None:
            wrong.append(_("Rate the practice: %(question)s") % told)
    if wrong:
        raise ValidationError(wrong)


def _answerable(request: QuestionnaireRequest) -> QuestionnaireRequest:
    row = QuestionnaireRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if row.state not in TO_ANSWER:
        raise Refused("state", _("These answers were submitted and can no longer be changed."))
    return row


def _keep(request: QuestionnaireRequest, values: Mapping[int, Any]) -> None:
    known = {answer.question_id: answer for answer in request.answers.all()}
    asked = set(request.questionnaire.questions.values_list("pk", flat=True))
    for key in asked & values.keys():
        answer = known.get(key)
        if answer is None and values[key]:
            Answer.objects.create(request=request, question_id=key, value=values[key])
        elif answer is not None and not answer.is_accepted and (answer.value or "") != (values[key] or ""):
            answer.value = values[key]
            answer.version += 1
            answer.save()


def _becomes(request: QuestionnaireRequest, state: str) -> None:
    request.state = state
    request.version += 1
    request.save()
