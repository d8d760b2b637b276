"""Questions and answers: which follow-ups show, what is missing, how far it has come. No queries."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audits.models import Question
from common.numbers import day_text

K = Question.Kind
YES_NO = (("yes", gettext_lazy("yes")), ("no", gettext_lazy("no")))
WITH_OPTIONS = (K.YES_NO, K.CHOICE, K.CHOICES)
LONGEST = 10_000
# By key of the question: text, or a list of texts where several can be chosen.
type Values = Mapping[int, Any]


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of the questions that show were answered."""

    answered: int
    total: int

    @property
    def share(self) -> float:
        return self.answered / self.total if self.total else 0.0


def choices_of(question: Question) -> list[tuple[str, str]]:
    """The answers to choose from, by value and word; none for a question that is answered freely."""
    if question.kind == K.YES_NO:
        return [(value, str(word)) for value, word in YES_NO]
    return [(option, option) for option in question.options] if question.kind in (K.CHOICE, K.CHOICES) else []


def entered(question: Question, given: Sequence[str]) -> Any:
    """What a form sent for a question, as it is kept in a draft. What cannot be chosen counts as nothing."""
    if question.kind == K.CHOICES:
        return [option for option in question.options if option in given]
    text = (given[0] if given else "").strip()[:LONGEST]
    if question.kind in (K.YES_NO, K.CHOICE) and text not in dict(choices_of(question)):
        return ""
    return text


def shown(questions: Sequence[Question], values: Values) -> list[Question]:
    """The questions that show: a follow-up when the question before it shows and has the answer."""
    keys: set[int] = set()
    found = []
    for question in questions:
        if question.follows_id is not None:
            given = values.get(question.follows_id)
            told = given if isinstance(given, list) else [given]
            if question.follows_id not in keys or question.follows_answer not in told:
                continue
        keys.add(question.pk)
        found.append(question)
    return found


def is_answered(question: Question, values: Values, with_files: Collection[int]) -> bool:
    """Whether something was given. `with_files`: keys of questions whose answers carry files."""
    return question.pk in with_files if question.kind == K.FILE else bool(values.get(question.pk))


def progress(questions: Sequence[Question], values: Values, with_files: Collection[int]) -> Progress:
    """How far it has come, of what shows now."""
    visible = shown(questions, values)
    return Progress(sum(is_answered(each, values, with_files) for each in visible), len(visible))


def problems(questions: Sequence[Question], values: Values, with_files: Collection[int]) -> dict[int, str]:
    """What stands against submitting, by key of the question, in the order of the questions."""
    found = {}
    for question in shown(questions, values):
        if not is_answered(question, values, with_files):
            if question.is_required:
                found[question.pk] = _("An answer is needed.")
            continue
        try:
            canonical(question, values.get(question.pk))
        except ValidationError as error:
            found[question.pk] = " ".join(error.messages)
    return found


def canonical(question: Question, value: Any) -> Any:
    """An answer as it is kept once submitted: figures with a point, days as ISO.

    Raises:
        ValidationError: when it is no figure, no day.
    """
    if not value or question.kind not in (K.NUMBER, K.DATE):
        return value
    if question.kind == K.NUMBER:
        return str(forms.DecimalField(localize=True).clean(value))
    day: date | None = forms.DateField().clean(value)
    return day.isoformat() if day else ""


def words(question: Question, value: Any) -> str:
    """An answer to read."""
    if isinstance(value, list):
        return ", ".join(value)
    if question.kind == K.YES_NO:
        return str(dict(YES_NO).get(value, ""))
    text = str(value or "")
    if question.kind == K.DATE:
        # What was typed and is no day stands as it is.
        with suppress(ValueError):
            return day_text(date.fromisoformat(text))
    return f"{text} {question.unit}" if text and question.unit else text
