"""Questionnaires to begin with. Taken as a draft in the active language, then edited freely."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from audits.models import Question, Questionnaire
from audits.portal.policies import QuestionnairePolicy
from audits.portal.questionnaires import questionnaire_make
from partners.models import PracticeRating
from records.context import recorded

K = Question.Kind
P = PracticeRating.Practice


@dataclass(frozen=True, slots=True)
class Draft:
    """One question. `after`: shown when the question before it was answered like this."""

    section: Promise
    text: Promise
    kind: str = K.LONG_TEXT
    options: tuple[Promise, ...] = ()
    unit: str | Promise = ""
    required: bool = True
    after: str = ""
    practice: str = ""


@dataclass(frozen=True, slots=True)
class Ready:
    """A questionnaire of the library."""

    title: Promise
    about: Promise
    kind: str
    introduction: Promise
    questions: tuple[Draft, ...]


DAYS = _("days")
SYSTEM, PEOPLE = _("Quality system"), _("People and training")
PLANT, DATA, PARTNERS = _("Facility and production"), _("Data integrity"), _("Suppliers and changes")
CAPACITY, TIMELINE, TERMS = _("Capacity"), _("Timeline"), _("Reservation and limits")

SELF_ASSESSMENT = Ready(
    title=_("GMP self-assessment of a contract manufacturer"),
    about=_("18 questions in 5 sections, before a qualification or between audits"),
    kind=Questionnaire.Kind.QUESTIONNAIRE,
    introduction=_(
        "Answer for the site named above. Name documents by number and version; attach them where asked."
    ),
    questions=(
        Draft(
            SYSTEM,
            _("How does the quality unit refuse a batch or stop production? Give the last example."),
            practice=P.QUALITY_AUTHORITY,
        ),
        Draft(
            SYSTEM,
            _("Within how many days do you tell a client about a deviation of its product?"),
            K.NUMBER,
            unit=DAYS,
        ),
        Draft(
            SYSTEM,
            _("How can a client follow deviations and CAPA of its product while they are open?"),
            practice=P.CAPA_TRANSPARENCY,
        ),
        Draft(
            SYSTEM,
            _("How many deviations were open for more than 30 days at the end of last month?"),
            K.NUMBER,
        ),
        Draft(
            SYSTEM,
            _("How do you answer audit findings, and which share of the agreed dates was kept last year?"),
            practice=P.AUDIT_RESPONSES,
        ),
        Draft(
            PEOPLE,
            _("How are people qualified for critical tasks, and who may stand in for them?"),
            practice=P.PEOPLE,
        ),
        Draft(PEOPLE, _("How many people work in the quality unit?"), K.NUMBER),
        Draft(PEOPLE, _("Which share of the staff left last year?"), K.NUMBER, unit="%"),
        Draft(
            PLANT, _("Are highly potent or sensitizing substances handled in the same building?"), K.YES_NO
        ),
        Draft(PLANT, _("How is cross-contamination prevented, and how was that verified?"), after="yes"),
        Draft(PLANT, _("Is the site plan with flows of people and material available? Attach it."), K.FILE),
        Draft(
            PLANT,
            _("Which parameters are trended after validation, and what followed from a signal?"),
            practice=P.IMPROVEMENT,
        ),
        Draft(
            DATA,
            _("Which records of production and laboratory are electronic?"),
            K.CHOICES,
            (_("batch records"), _("laboratory data"), _("environmental monitoring"), _("none")),
        ),
        Draft(
            DATA,
            _("How are audit trails reviewed, by whom and how often?"),
            practice=P.DOCUMENTATION,
        ),
        Draft(DATA, _("Has an authority cited data integrity within the last five years?"), K.YES_NO),
        Draft(DATA, _("What was cited, and what was changed?"), after="yes"),
        Draft(
            PARTNERS,
            _("How are suppliers of starting materials qualified, and when was the last of them audited?"),
        ),
        Draft(PARTNERS, _("How long before a change do you tell a client?"), K.NUMBER, unit=DAYS),
    ),
)
RFI = Ready(
    title=_("Request for information: capacity and timeline"),
    about=_("10 questions in 3 sections, before a proposal"),
    kind=Questionnaire.Kind.RFI,
    introduction=_("Short answers are enough. Say where a figure is an estimate."),
    questions=(
        Draft(CAPACITY, _("Which line would make the product?"), K.TEXT),
        Draft(CAPACITY, _("How many batches a year can this line make in all?"), K.NUMBER),
        Draft(CAPACITY, _("Which share of that is committed for the next two years?"), K.NUMBER, unit="%"),
        Draft(CAPACITY, _("Can the capacity be expanded?"), K.YES_NO),
        Draft(CAPACITY, _("By how much, and within how many months?"), after="yes"),
        Draft(TIMELINE, _("When is the next free slot?"), K.DATE),
        Draft(TIMELINE, _("How many months pass from signature to the first GMP batch?"), K.NUMBER),
        Draft(
            TIMELINE,
            _("How are technology transfers run, from gap analysis to acceptance?"),
            practice=P.TRANSFER_PROTOCOLS,
        ),
        Draft(
            TERMS,
            _("How is capacity reserved, and what happens to a slot that one side moves?"),
            practice=P.RESERVATION,
        ),
        Draft(TERMS, _("Which of our needs would you rather not take on, and why?"), practice=P.LIMITS),
    ),
)
LIBRARY: dict[str, Ready] = {"self-assessment": SELF_ASSESSMENT, "rfi-capacity": RFI}


def questionnaire_from_library(*, key: str, actor: User | None) -> Questionnaire:
    """A draft with the questions of the library, in the active language.

    Raises:
        PermissionDenied: when the person's role does not build questionnaires.
        KeyError: for a key that is not in the library.
    """
    QuestionnairePolicy.change.require(actor)
    ready = LIBRARY[key]
    with recorded(actor=actor, reason="taken from the library"):
        made = questionnaire_make(
            title=str(ready.title), kind=ready.kind, introduction=str(ready.introduction), actor=actor
        )
        before: Question | None = None
        for position, draft in enumerate(ready.questions, start=1):
            row = Question.objects.create(
                questionnaire=made,
                section=str(draft.section),
                position=position,
                text=str(draft.text),
                kind=draft.kind,
                options=[str(option) for option in draft.options],
                unit=str(draft.unit),
                is_required=draft.required,
                follows=before if draft.after else None,
                follows_answer=draft.after,
                practice=draft.practice,
            )
            before = row
    return made
