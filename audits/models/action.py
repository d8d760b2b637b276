"""What an authority did about a firm: Form 483s, letters, recalls, alerts, court actions."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from audits.models.authority import Authority
from audits.querysets import RegulatoryActionQuerySet
from common.models import Dated, Sourced, TimeStamped, source_key_unique
from partners.models import Site


class RegulatoryAction(TimeStamped, Sourced, Dated):
    """One dated act. A row whose firm could not be told by FEI has no site until a person says which one."""

    OWN_DATES = (*Dated.OWN_DATES, "closed_on", "amended_on", "response_due_on", "responded_on")

    class Kind(models.TextChoices):
        FORM_483 = "form_483", _("Form 483")
        WARNING_LETTER = "warning_letter", _("warning letter")
        INJUNCTION = "injunction", _("injunction")
        SEIZURE = "seizure", _("seizure")
        RECALL = "recall", _("recall")
        IMPORT_ALERT = "import_alert", _("import alert")
        NON_COMPLIANCE = "non_compliance", _("statement of non-compliance")
        CLOSEOUT = "closeout", _("closeout letter")
        OTHER = "other", _("other document")

    class RecallClass(models.TextChoices):
        CLASS_1 = "1", _("class I")
        CLASS_2 = "2", _("class II")
        CLASS_3 = "3", _("class III")

    class Gmp(models.TextChoices):
        YES = "yes", _("concerns GMP")
        NO = "no", _("another subject")
        UNKNOWN = "unknown", _("subject unknown")

    class Match(models.TextChoices):
        MATCHED = "matched", _("matched")
        UNMATCHED = "unmatched", _("waiting for a person")
        DISMISSED = "dismissed", _("set aside")

    site = models.ForeignKey(
        Site,
        verbose_name=_("site"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="regulatory_actions",
    )
    match_state = models.CharField(_("match"), max_length=10, choices=Match, default=Match.MATCHED)
    firm_name = models.CharField(_("firm, as the source wrote it"), max_length=300, blank=True, default="")
    firm_key = models.CharField(_("sort key"), max_length=300, blank=True, default="", editable=False)
    authority = models.CharField(_("authority"), max_length=10, choices=Authority, default=Authority.FDA)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    product_type = models.CharField(_("product type"), max_length=100, blank=True, default="")
    recall_class = models.CharField(
        _("recall class"), max_length=1, choices=RecallClass, blank=True, default=""
    )
    gmp = models.CharField(_("subject"), max_length=10, choices=Gmp, default=Gmp.UNKNOWN)
    status = models.CharField(_("status"), max_length=60, blank=True, default="")
    reference = models.CharField(_("reference"), max_length=100, blank=True, default="")
    event_key = models.CharField(_("event"), max_length=100, blank=True, default="")
    issued_by = models.CharField(_("issued by"), max_length=200, blank=True, default="")
    title = models.TextField(_("title"), blank=True, default="")
    text = models.TextField(_("text"), blank=True, default="")
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    amended_on = models.DateField(_("amended on"), null=True, blank=True)
    response_due_on = models.DateField(_("answer due on, as stated"), null=True, blank=True)
    responded_on = models.DateField(_("answered on"), null=True, blank=True)
    url = models.URLField(_("address"), max_length=500, blank=True, default="")

    objects = RegulatoryActionQuerySet.as_manager()

    class Meta:
        verbose_name = _("regulatory action")
        verbose_name_plural = _("regulatory actions")
        ordering = ["-happened_on", "id"]
        constraints = [
            source_key_unique(),
            models.CheckConstraint(
                condition=models.Q(site__isnull=False, match_state="matched")
                | models.Q(site__isnull=True) & ~models.Q(match_state="matched"),
                name="regulatory_action_match",
                violation_error_message=_("A matched action names its site; an unmatched one has none."),
            ),
        ]
        indexes = [
            models.Index(name="action_of_site", fields=["site", "kind", "-happened_on"]),
            models.Index(name="action_unmatched", fields=["match_state", "firm_key"]),
            # For the beginning of a number, whatever the case.
            models.Index(
                OpClass(Upper("reference"), name="text_pattern_ops"), name="action_reference_begins"
            ),
            GinIndex(name="action_firm_trigram", fields=["firm_key"], opclasses=["gin_trgm_ops"]),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.reference}".strip()
