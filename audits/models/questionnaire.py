"""Questionnaires and RFIs: what is asked, of whom, and what came back."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from audits.portal.querysets import AnswerQuerySet, InvitationQuerySet, QuestionnaireQuerySet, RequestQuerySet
from common.models import Versioned
from partners.models import Site


class Questionnaire(Versioned):
    """A set of questions. One in use is not edited: its next version is."""

    class Kind(models.TextChoices):
        QUESTIONNAIRE = "questionnaire", _("quality questionnaire")
        RFI = "rfi", _("request for information")

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        ACTIVE = "active", _("in use")
        RETIRED = "retired", _("retired")

    key = models.SlugField(_("key"), max_length=60)
    edition = models.PositiveSmallIntegerField(_("edition"), default=1)
    title = models.CharField(_("title"), max_length=200)
    kind = models.CharField(_("kind"), max_length=15, choices=Kind, default=Kind.QUESTIONNAIRE)
    introduction = models.TextField(_("introduction"), blank=True, default="")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)

    objects = QuestionnaireQuerySet.as_manager()

    class Meta:
        verbose_name = _("questionnaire")
        verbose_name_plural = _("questionnaires")
        ordering = ["title", "-edition"]
        constraints = [models.UniqueConstraint(fields=["key", "edition"], name="questionnaire_edition")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("questionnaires:questionnaire", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        """Whether it may still be edited; once sent, its next edition is."""
        return self.state == self.State.DRAFT


class Question(Versioned):
    """One question in its section. A follow-up shows when the question before it has a certain answer."""

    class Kind(models.TextChoices):
        TEXT = "text", _("short text")
        LONG_TEXT = "long_text", _("long text")
        YES_NO = "yes_no", _("yes or no")
        NUMBER = "number", pgettext_lazy("kind of answer", "number")
        DATE = "date", _("date")
        CHOICE = "choice", _("one of several")
        CHOICES = "choices", _("several of several")
        FILE = "file", _("file")

    questionnaire = models.ForeignKey(
        Questionnaire,
        verbose_name=_("questionnaire"),
        on_delete=models.CASCADE,
        related_name="questions",
    )
    section = models.CharField(_("section"), max_length=150)
    position = models.PositiveSmallIntegerField(_("position"))
    text = models.TextField(_("question"))
    help_text = models.TextField(_("help"), blank=True, default="")
    kind = models.CharField(_("kind of answer"), max_length=10, choices=Kind)
    options = ArrayField(
        models.CharField(max_length=200), verbose_name=_("options"), default=list, blank=True
    )
    unit = models.CharField(_("unit"), max_length=30, blank=True, default="")
    is_required = models.BooleanField(_("required"), default=True)
    follows = models.ForeignKey(
        "self",
        verbose_name=_("follow-up of"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="follow_ups",
    )
    follows_answer = models.CharField(_("shown when the answer is"), max_length=200, blank=True, default="")
    practice = models.CharField(_("becomes evidence of practice"), max_length=30, blank=True, default="")

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering = ["questionnaire_id", "position", "id"]

    def __str__(self) -> str:
        return self.text[:80]


class Invitation(Versioned):
    """An expiring link for a partner contact. Only the hash of its token is kept."""

    site = models.ForeignKey(
        Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="invitations"
    )
    email = models.EmailField(_("e-mail address"))
    name = models.CharField(_("name"), max_length=150)
    language = models.CharField(_("language"), max_length=2, default="en")
    token_sha256 = models.CharField(_("hash of the link"), max_length=64, unique=True, editable=False)
    expires_at = models.DateTimeField(_("expires at"))
    revoked_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    confidentiality_text = models.TextField(_("confidentiality agreement"))
    confidentiality_accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    confidentiality_accepted_by = models.CharField(_("accepted by"), max_length=150, blank=True, default="")
    audit = models.ForeignKey(
        "audits.Audit",
        verbose_name=_("audit"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="invitations",
    )
    capas = models.ManyToManyField(
        "audits.Capa", verbose_name=_("CAPAs"), blank=True, related_name="invitations"
    )
    invited_by = models.ForeignKey(
        User, verbose_name=_("invited by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    last_seen_at = models.DateTimeField(_("last seen at"), null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created_at", "-id"]
        indexes = [models.Index(name="invitation_of_site", fields=["site"])]

    def __str__(self) -> str:
        return f"{self.name} · {self.site}"

    def get_absolute_url(self) -> str:
        return reverse("questionnaires:invitation", args=[self.pk])

    @property
    def is_open(self) -> bool:
        """Whether its link still leads in."""
        return self.revoked_at is None and self.expires_at > timezone.now()


class QuestionnaireRequest(Versioned):
    """A questionnaire sent to a site; answered through an invitation, then accepted or returned."""

    class State(models.TextChoices):
        SENT = "sent", _("sent")
        STARTED = "started", _("started")
        SUBMITTED = "submitted", _("submitted")
        RETURNED = "returned", _("returned")
        ACCEPTED = "accepted", _("accepted")
        WITHDRAWN = "withdrawn", _("withdrawn")

    questionnaire = models.ForeignKey(
        Questionnaire, verbose_name=_("questionnaire"), on_delete=models.PROTECT, related_name="requests"
    )
    site = models.ForeignKey(
        Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="questionnaire_requests"
    )
    invitation = models.ForeignKey(
        Invitation, verbose_name=_("invitation"), on_delete=models.PROTECT, related_name="requests"
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.SENT)
    sent_on = models.DateField(_("sent on"))
    due_on = models.DateField(_("due on"))
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    review_note = models.TextField(_("review"), blank=True, default="")
    reviewed_by = models.ForeignKey(
        User, verbose_name=_("reviewed by"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reviewed_at = models.DateTimeField(_("reviewed at"), null=True, blank=True)

    objects = RequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request of answers")
        verbose_name_plural = _("requests of answers")
        ordering = ["due_on", "id"]
        indexes = [models.Index(name="request_of_site", fields=["site", "state"])]

    def __str__(self) -> str:
        return f"{self.questionnaire} · {self.site}"

    def get_absolute_url(self) -> str:
        return reverse("questionnaires:request", args=[self.pk])


class Answer(Versioned):
    """What came back to one question; once accepted it is evidence, claimed."""

    request = models.ForeignKey(
        QuestionnaireRequest,
        verbose_name=pgettext_lazy("questionnaire", "request"),
        on_delete=models.CASCADE,
        related_name="answers",
    )
    question = models.ForeignKey(
        Question, verbose_name=_("question"), on_delete=models.PROTECT, related_name="answers"
    )
    value = models.JSONField(_("answer"), null=True, blank=True)
    comment = models.TextField(_("comment"), blank=True, default="")
    is_accepted = models.BooleanField(_("accepted"), null=True, blank=True)
    review_note = models.TextField(_("review"), blank=True, default="")
    evidence = models.ForeignKey(
        "partners.PracticeRating",
        verbose_name=_("evidence"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="answers",
    )

    objects = AnswerQuerySet.as_manager()

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["request_id", "question__position", "id"]
        constraints = [models.UniqueConstraint(fields=["request", "question"], name="answer_once")]

    def __str__(self) -> str:
        return str(self.question)

    def get_absolute_url(self) -> str:
        return reverse("questionnaires:request", args=[self.request_id])


class Reminder(models.Model):
    """One reminder that went out: once for each record, step and due date, a missed beat notwithstanding."""

    class Step(models.TextChoices):
        SEVEN_DAYS = "7", _("7 days before")
        THREE_DAYS = "3", _("3 days before")
        ONE_DAY = "1", _("1 day before")
        LATE = "late", _("late")
        ESCALATED = "escalated", _("escalated")

    record_model = models.CharField(_("kind of record"), max_length=60)
    record_id = models.BigIntegerField(_("record"))
    step = models.CharField(_("step"), max_length=10, choices=Step)
    due_on = models.DateField(_("due on"))
    sent_to = models.TextField(_("sent to"))
    sent_at = models.DateTimeField(_("sent at"), auto_now_add=True)

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering = ["-sent_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["record_model", "record_id", "step", "due_on"], name="reminder_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.record_model} {self.record_id} {self.step}"
