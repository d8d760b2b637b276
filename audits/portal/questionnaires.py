"""Building questionnaires: questions in sections, their order, editions. One that was sent is not edited."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import User
from audits.models import Question, Questionnaire
from audits.portal.answering import WITH_OPTIONS, choices_of
from audits.portal.policies import QuestionnairePolicy
from common.versions import apply_changes, locked_at_version
from records.context import recorded
from records.refusals import Refused, refusals_raised

S = Questionnaire.State
QUESTION_FIELDS = (
    "section",
    "text",
    "help_text",
    "kind",
    "options",
    "unit",
    "is_required",
    "follows",
    "follows_answer",
    "practice",
)
CARRIED = tuple(name for name in QUESTION_FIELDS if name != "follows")


def questionnaire_make(*, title: str, kind: str, actor: User | None, introduction: str = "") -> Questionnaire:
    """A new questionnaire without questions.

    Raises:
        PermissionDenied: when the person's role does not build questionnaires.
        ValidationError: when a value breaks a rule of the model.
    """
    QuestionnairePolicy.change.require(actor)
    made = Questionnaire(key=_key(title), title=title.strip(), kind=kind, introduction=introduction)
    made.full_clean()
    with recorded(actor=actor, reason="made"):
        made.save()
    return made


def questionnaire_change(
    *, questionnaire: Questionnaire, version: int, changes: Mapping[str, Any], actor: User | None
) -> Questionnaire:
    """Change the title, the kind or the introduction of a draft.

    Raises:
        PermissionDenied, ValidationError: as `questionnaire_make`.
        StaleRecord: when someone else changed it since it was read.
        Refused: once it was sent.
    """
    QuestionnairePolicy.change.require(actor)
    with refusals_raised(), recorded(actor=actor, reason="questionnaire changed"):
        row = locked_at_version(Questionnaire.objects.all(), pk=questionnaire.pk, version=version)
        _draft_or_refusal(row)
        apply_changes(row, dict(changes))
    return row


def question_save(
    *,
    questionnaire: Questionnaire,
    fields: Mapping[str, Any],
    actor: User | None,
    question: Question | None = None,
) -> Question:
    """Add a question at the end of its section, or change one. A follow-up stands behind its question.

    Raises:
        PermissionDenied: when the person's role does not build questionnaires.
        ValidationError: options missing, a follow-up of a question that cannot be followed, and the like.
        Refused: once the questionnaire was sent.
    """
    QuestionnairePolicy.change.require(actor)
    with (
        refusals_raised(),
        recorded(actor=actor, reason="question changed" if question else "question added"),
    ):
        draft = _draft(questionnaire)
        row = question or Question(questionnaire=draft)
        before = (row.section, row.follows_id)
        for name in QUESTION_FIELDS:
            if name in fields:
                setattr(row, name, fields[name])
        if question is None or (row.section, row.follows_id) != before:
            row.position = _end_of(draft, row.section, row.pk)
        _check(row)
        row.full_clean()
        row.version += 1 if question else 0
        row.save()
        _number(draft, last=row)
    return row


def question_move(*, question: Question, up: bool, actor: User | None) -> None:
    """Exchange places with the neighbor, follow-ups included; at the edge of a section go into the next one.

    A follow-up changes places with the other follow-ups of its question. At an edge nothing happens.

    Raises:
        PermissionDenied: when the person's role does not build questionnaires.
        Refused: once the questionnaire was sent, or when a follow-up would come before its question.
    """
    QuestionnairePolicy.change.require(actor)
    with refusals_raised(), recorded(actor=actor, reason="question moved"):
        rows = _arranged(_draft(question.questionnaire).questions.order_by("position", "pk"))
        row = next(each for each in rows if each.pk == question.pk)
        level = [each for each in rows if each.follows_id == row.follows_id]
        place = level.index(row)
        other = place - 1 if up else place + 1
        if not 0 <= other < len(level):
            if up and row.follows_id:
                raise Refused("order", _("A follow-up stays behind its question."))
            return
        if level[other].section != row.section:
            # Its place in the whole stays: the last of a section becomes the first of the next.
            Question.objects.filter(pk=row.pk).update(section=level[other].section)
            row.section = level[other].section
        else:
            one, two = rows.index(row), rows.index(level[other])
            rows[one], rows[two] = rows[two], rows[one]
        _write_order(rows)


def movable(questions: Sequence[Question]) -> tuple[set[int], set[int]]:
    """The keys of the questions, in their order, that can go up, and of those that can go down. No query."""
    rising, sinking = set(), set()
    levels: dict[int | None, list[int]] = {}
    for question in questions:
        levels.setdefault(question.follows_id, []).append(question.pk)
    for level in levels.values():
        rising.update(level[1:])
        sinking.update(level[:-1])
    return rising, sinking


def question_remove(*, question: Question, actor: User | None) -> None:
    """Remove a question from a draft, with its follow-ups.

    Raises:
        PermissionDenied: when the person's role does not build questionnaires.
        Refused: once the questionnaire was sent.
    """
    QuestionnairePolicy.change.require(actor)
    with refusals_raised(), recorded(actor=actor, reason="question removed"):
        draft = _draft(question.questionnaire)
        question.delete()
        _number(draft)


def questionnaire_edition(*, questionnaire: Questionnaire, actor: User | None) -> Questionnaire:
    """The next edition as a draft with the same questions; a draft that waits already is given back.

    Raises:
        PermissionDenied: when the person's role does not build questionnaires.
    """
    QuestionnairePolicy.change.require(actor)
    with recorded(actor=actor, reason="new edition"):
        latest = (
            Questionnaire.objects.select_for_update(of=("self",))
            .filter(key=questionnaire.key)
            .order_by("-edition")[0]
        )
        if latest.state == S.DRAFT:
            return latest
        made = Questionnaire.objects.create(
            key=latest.key,
            edition=latest.edition + 1,
            title=latest.title,
            kind=latest.kind,
            introduction=latest.introduction,
        )
        copies: dict[int, Question] = {}
        for question in questionnaire.questions.order_by("position", "pk"):
            copies[question.pk] = Question.objects.create(
                questionnaire=made,
                position=question.position,
                follows=copies.get(question.follows_id or 0),
                **{name: getattr(question, name) for name in CARRIED},
            )
    return made


def questionnaire_freeze(questionnaire: Questionnaire) -> None:
    """What is sent stays as it is; earlier editions are retired. Called inside `recorded`."""
    row = Questionnaire.objects.select_for_update(of=("self",)).get(pk=questionnaire.pk)
    if row.state == S.RETIRED:
        raise Refused("state", _("A later edition has taken the place of this one."))
    if row.state == S.DRAFT:
        for before in Questionnaire.objects.filter(key=row.key, state=S.ACTIVE):
            before.state = S.RETIRED
            before.version += 1
            before.save()
        row.state = S.ACTIVE
        row.version += 1
        row.save()


def _draft(questionnaire: Questionnaire) -> Questionnaire:
    row = Questionnaire.objects.select_for_update(of=("self",)).get(pk=questionnaire.pk)
    _draft_or_refusal(row)
    return row


def _draft_or_refusal(row: Questionnaire) -> None:
    if row.state != S.DRAFT:
        raise Refused(
            "state", _("This edition was sent and stays as it is. Make a new edition to change it.")
        )


def _check(question: Question) -> None:
    kinds = Question.Kind
    if question.kind in (kinds.CHOICE, kinds.CHOICES):
        if len(question.options) < 2:
            raise ValidationError({"options": _("Give at least two options, one on each line.")})
    else:
        question.options = []
    _check_follow_ups(question)
    if question.follows is None:
        question.follows_answer = ""
        return
    before = question.follows
    if before.questionnaire_id != question.questionnaire_id or before.kind not in WITH_OPTIONS:
        raise ValidationError({"follows": _("Only a question with answers to choose from has follow-ups.")})
    above: Question | None = before
    while above is not None:
        if above.pk == question.pk:
            raise ValidationError({"follows": _("A follow-up comes after the question it follows.")})
        above = above.follows
    if question.follows_answer not in dict(choices_of(before)):
        offered = ", ".join(value for value, _word in choices_of(before))
        raise ValidationError({"follows_answer": _("Choose one of: %(offered)s.") % {"offered": offered}})


def _check_follow_ups(question: Question) -> None:
    """A follow-up waits for an answer that can still be given."""
    if question._state.adding:
        return
    offered = dict(choices_of(question))
    waiting = set(question.follow_ups.values_list("follows_answer", flat=True)) - offered.keys()
    if waiting:
        field = (
            "options" if question.kind in WITH_OPTIONS and question.kind != Question.Kind.YES_NO else "kind"
        )
        told = {"answers": ", ".join(sorted(waiting))}
        raise ValidationError({field: _("A follow-up waits for this answer: %(answers)s.") % told})


def _end_of(questionnaire: Questionnaire, section: str, pk: int | None) -> int:
    """Behind the last question of the section; a new section stands last."""
    others = questionnaire.questions.exclude(pk=pk or 0)
    last = others.filter(section=section).aggregate(last=Max("position"))["last"]
    if last is None:
        last = others.aggregate(last=Max("position"))["last"] or 0
    return int(last) + 1


def _number(questionnaire: Questionnaire, last: Question | None = None) -> None:
    """1, 2, 3 …; of two with the same number the one just placed there comes first."""
    placed = last.pk if last else None
    rows = sorted(questionnaire.questions.all(), key=lambda row: (row.position, row.pk != placed, row.pk))
    _write_order(rows)


def _arranged(rows: Iterable[Question]) -> list[Question]:
    """Sections one after the other, each follow-up behind its question and in its section."""
    listed = list(rows)
    below: dict[int, list[Question]] = {}
    sections: dict[str, list[Question]] = {}
    for row in listed:
        if row.follows_id is None:
            sections.setdefault(row.section, []).append(row)
        else:
            below.setdefault(row.follows_id, []).append(row)
    found: list[Question] = []

    def place(row: Question, section: str) -> None:
        row.section = section
        found.append(row)
        for each in below.get(row.pk, ()):
            place(each, section)

    for section, tops in sections.items():
        for row in tops:
            place(row, section)
    return found


def _write_order(rows: Iterable[Question]) -> None:
    """1, 2, 3 …, arranged. Rows that stand where they stood are not written."""
    kept = {row.pk: (row.position, row.section) for row in rows}
    for number, row in enumerate(_arranged(rows), start=1):
        row.position = number
        if (row.position, row.section) != kept[row.pk]:
            row.save(update_fields=["position", "section", "updated_at"])


def _key(title: str) -> str:
    """A key that no other questionnaire has."""
    wanted = slugify(title)[:50] or "questionnaire"
    taken = set(Questionnaire.objects.filter(key__startswith=wanted).values_list("key", flat=True))
    number = 1
    key = wanted
    while key in taken:
        number += 1
        key = f"{wanted}-{number}"
    return key
