"""Questionnaires with their answers for pages, in a fixed number of queries."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from audits.models import Answer, Audit, FindingResponse, Invitation, Question, QuestionnaireRequest
from audits.portal.answering import Progress, Values, choices_of, progress, shown, words
from audits.portal.policies import PortalPolicy, QuestionnairePolicy
from audits.portal.requests import TO_ANSWER
from audits.portal.scope import requests_shown
from partners.practices import ANCHORS
from records.models import Attachment


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request and how far its answers have come."""

    request: QuestionnaireRequest
    progress: Progress
    is_open: bool
    is_late: bool


@dataclass(frozen=True)
class Asked:
    """A question on a page, with what was answered."""

    question: Question
    value: object
    text: str
    choices: list[tuple[str, str]]
    files: list[Attachment]
    answer: Answer | None
    error: str
    shows: bool
    levels: list[tuple[int, str]]
    # In words, the answer to the question before it that makes it show.
    follows: str

    @property
    def name(self) -> str:
        """The name of its field."""
        return f"q{self.question.pk}"

    @property
    def is_settled(self) -> bool:
        """Accepted before: not asked again."""
        return bool(self.answer and self.answer.is_accepted)

    @property
    def is_returned(self) -> bool:
        return bool(self.answer and self.answer.is_accepted is False)


@dataclass(frozen=True)
class Section:
    """Questions that stand together."""

    title: str
    asked: list[Asked]


def requests_to_review(user: User) -> QuerySet[QuestionnaireRequest]:
    """Questionnaires that were submitted and wait for this person's review."""
    rows = QuestionnaireRequest.objects.visible_to(user)
    if not QuestionnairePolicy.review.allows(user):
        return rows.none()
    return rows.filter(state=QuestionnaireRequest.State.SUBMITTED)


def responses_to_review(user: User) -> QuerySet[FindingResponse]:
    """Answers to findings that were submitted and wait for this person's review."""
    if not PortalPolicy.review_findings.allows(user):
        return FindingResponse.objects.none()
    return FindingResponse.objects.filter(state=FindingResponse.State.SUBMITTED)


def answers_to_review(user: User) -> QuerySet[Any, Any]:
    """A row for each questionnaire and each answer to a finding that waits for this person."""
    waiting: list[QuerySet[Any, Any]] = [
        rows.order_by().values("pk")
        for rows, permission in (
            (requests_to_review(user), QuestionnairePolicy.review),
            (responses_to_review(user), PortalPolicy.review_findings),
        )
        if permission.allows(user)
    ]
    return waiting[0].union(*waiting[1:], all=True) if waiting else QuestionnaireRequest.objects.none()


def contacts_of_audit(audit: Audit) -> list[Invitation]:
    """Who was invited to answer the findings of an audit, the latest first. One query.

    An invitation to a revision before opens the latest that is out (`portal.scope`).
    """
    rows = Invitation.objects.filter(audit__number=audit.number, revoked_at__isnull=True)
    return list(rows.order_by("-pk"))


def request_rows(invitation: Invitation) -> list[RequestRow]:
    """The requests of an invitation with their progress. Four queries."""
    return rows_of(requests_shown(invitation), today=None)


def rows_of(requests: "QuerySet[QuestionnaireRequest]", *, today: date | None) -> list[RequestRow]:
    """Requests with their progress. Four queries, however many."""
    found = list(requests.prefetch_related("questionnaire__questions", "answers"))
    keys = [answer.pk for row in found for answer in row.answers.all()]
    carrying = set(
        Attachment.objects.filter(model=Answer._meta.label, record_pk__in=keys).values_list(
            "record_pk", flat=True
        )
    )
    return [_row(row, carrying, today) for row in found]


def _row(row: QuestionnaireRequest, carrying: Collection[int], today: date | None) -> RequestRow:
    answers = list(row.answers.all())
    files = {answer.question_id for answer in answers if answer.pk in carrying}
    questions = list(row.questionnaire.questions.all())
    is_open = row.state in TO_ANSWER
    return RequestRow(
        request=row,
        progress=progress(questions, {answer.question_id: answer.value for answer in answers}, files),
        is_open=is_open,
        is_late=bool(is_open and today and row.due_on < today),
    )


def sections_of(
    request: QuestionnaireRequest, *, values: Values | None = None, errors: dict[int, str] | None = None
) -> list[Section]:
    """The questions of a request by section, with answers and files. Three queries.

    Args:
        values: what was typed just now, in place of what is kept.
    """
    answers = {answer.question_id: answer for answer in request.answers.select_related("evidence")}
    kept = {key: answer.value for key, answer in answers.items()} | dict(values or {})
    files: dict[int, list[Attachment]] = {}
    by_row = {answer.pk: key for key, answer in answers.items()}
    for file in Attachment.objects.filter(model=Answer._meta.label, record_pk__in=list(by_row)):
        files.setdefault(by_row[file.record_pk], []).append(file)
    questions = list(request.questionnaire.questions.select_related("follows"))
    return by_section(questions, kept, answers=answers, files=files, errors=errors or {})


def by_section(
    questions: Sequence[Question],
    values: Values,
    *,
    answers: dict[int, Answer] | None = None,
    files: dict[int, list[Attachment]] | None = None,
    errors: dict[int, str] | None = None,
) -> list[Section]:
    """Questions by section in their order. No query."""
    showing = {question.pk for question in shown(questions, values)}
    found: list[Section] = []
    for question in questions:
        if not found or found[-1].title != question.section:
            found.append(Section(question.section, []))
        value = values.get(question.pk) or ""
        found[-1].asked.append(
            Asked(
                question=question,
                value=value,
                text=words(question, value),
                choices=choices_of(question),
                files=(files or {}).get(question.pk, []),
                answer=(answers or {}).get(question.pk),
                error=(errors or {}).get(question.pk, ""),
                shows=question.pk in showing,
                levels=_levels(question.practice),
                follows=words(question.follows, question.follows_answer) if question.follows else "",
            )
        )
    return found


def _levels(practice: str) -> list[tuple[int, str]]:
    anchors: Iterable[object] = ANCHORS.get(practice, ())
    return [(level, str(text)) for level, text in enumerate(anchors)]
