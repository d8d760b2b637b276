"""Who decides, who was told, what words mean, and what the product does to everyone it meets."""

from django.db import models
from django.db.models.functions import MD5
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from logistics.models.row import OwnedRow, PlanRow
from logistics.vocabulary import Function, Part, Task, TermKind, Topic


class Responsibility(PlanRow):
    """One cell of the responsibility matrix. A task has one who is accountable."""

    task = models.CharField(_("task"), max_length=20, choices=Task)
    function = models.CharField(_("function"), max_length=12, choices=Function)
    part = models.CharField(_("part"), max_length=1, choices=Part)
    person = models.CharField(_("person"), max_length=120, blank=True, default="")

    class Meta:
        verbose_name = _("responsibility")
        verbose_name_plural = _("responsibilities")
        ordering = ["plan_id", "task", "part", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "task", "function"],
                name="responsibility_once",
                violation_error_message=_("This function already has a part in the task."),
            ),
            models.UniqueConstraint(
                fields=["plan", "task"],
                condition=models.Q(part="a"),
                name="responsibility_one_accountable",
                violation_error_message=_("Another function is already accountable for the task."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_task_display()} · {self.get_function_display()}"


class PlanReview(PlanRow):
    """A meeting of the functions: what it decided, and what that changes for the others."""

    held_on = models.DateField(pgettext_lazy("review", "held on"))
    participants = models.CharField(_("participants"), max_length=300, blank=True, default="")
    decisions = models.TextField(_("decisions"))
    consequences = models.TextField(_("what that changes for others"), blank=True, default="")

    class Meta:
        verbose_name = _("review of the plan")
        verbose_name_plural = _("reviews of the plan")
        ordering = ["plan_id", "-held_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                "plan",
                "held_on",
                MD5("decisions"),
                name="plan_review_once",
                violation_error_message=_("The plan already has this review."),
            )
        ]

    def __str__(self) -> str:
        return str(self.held_on)


class Term(PlanRow):
    """A word and what it means in this plan. A changed meaning is acknowledged again."""

    kind = models.CharField(_("kind"), max_length=20, choices=TermKind)
    word = models.CharField(_("word"), max_length=120)
    meaning = models.TextField(_("meaning"))

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("glossary")
        ordering = ["plan_id", "kind", "word", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "word"],
                name="term_once",
                violation_error_message=_("The glossary already explains this word."),
            )
        ]

    def __str__(self) -> str:
        return self.word


class Consequence(OwnedRow):
    """What the product means in practice for those who deal with it, and what follows for distribution."""

    topic = models.CharField(_("topic"), max_length=20, choices=Topic)
    finding = models.TextField(_("what we know"))
    answer = models.TextField(_("what follows for distribution"), blank=True, default="")
    settled_on = models.DateField(_("settled on"), null=True, blank=True)

    class Meta:
        verbose_name = _("stakeholder assessment")
        verbose_name_plural = _("stakeholder assessment")
        ordering = ["plan_id", "topic", "id"]
        constraints = [
            models.UniqueConstraint(
                "plan",
                "topic",
                MD5("finding"),
                name="consequence_once",
                violation_error_message=_("The plan already says this of the topic."),
            )
        ]

    def __str__(self) -> str:
        return self.get_topic_display()
