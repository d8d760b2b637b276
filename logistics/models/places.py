"""Where patients are treated, whether that place is ready for this product, and on which terms it buys."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from common.models import NOT_CHOSEN
from logistics.models.days import weekdays_field, zone_field
from logistics.models.row import OwnedRow
from logistics.vocabulary import CheckKind
from partners.vocabulary import Region, TemperatureBand


class CareSite(OwnedRow):
    """A hospital or center that is to treat patients. Its storage counts for this product only."""

    class Remedy(models.TextChoices):
        PARTNER = "partner", _("a third party stores for it")
        EQUIPMENT = "equipment", _("storage is put in")
        SHIPPER = "shipper", _("kept in the shipper until use")

    name = models.CharField(_("care site"), max_length=200)
    city = models.CharField(_("city"), max_length=120, blank=True, default="")
    country = CountryField(_("country"), blank_label=NOT_CHOSEN)
    region = models.CharField(_("region"), max_length=10, choices=Region)
    certified_for = models.CharField(_("already certified for"), max_length=300, blank=True, default="")
    bands = ArrayField(
        models.CharField(max_length=15, choices=TemperatureBand),
        verbose_name=_("storage"),
        default=list,
        blank=True,
    )
    zone = zone_field(_("clock of the care site"))
    receives_on = weekdays_field(_("receives on"))
    receives_from = models.TimeField(_("receives from"), null=True, blank=True)
    receives_until = models.TimeField(_("receives until"), null=True, blank=True)
    rests = models.BooleanField(_("closed on public holidays of its country"), default=False)
    capacity_doses = models.PositiveSmallIntegerField(_("room for (doses)"), null=True, blank=True)
    remedy = models.CharField(
        _("remedy for missing storage"), max_length=12, choices=Remedy, blank=True, default=""
    )
    remedy_done_on = models.DateField(_("remedy in place since"), null=True, blank=True)

    class Meta:
        verbose_name = _("care site")
        verbose_name_plural = _("care sites")
        ordering = ["plan_id", "name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "name"],
                name="care_site_once",
                violation_error_message=_("The plan already has a care site of this name."),
            ),
            models.CheckConstraint(
                condition=models.Q(remedy_done_on__isnull=True) | ~models.Q(remedy=""),
                name="care_site_remedy",
                violation_error_message=_("Say which remedy is in place."),
            ),
            models.CheckConstraint(
                condition=models.Q(receives_from__isnull=True)
                | models.Q(receives_until__isnull=True)
                | models.Q(receives_from__lt=models.F("receives_until")),
                name="care_site_receives",
                violation_error_message=_("A care site opens before it closes."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class SiteCheck(OwnedRow):
    """One thing a care site has to have, for one therapeutic area. What another area did does not count."""

    care_site = models.ForeignKey(
        CareSite, verbose_name=_("care site"), on_delete=models.CASCADE, related_name="checks"
    )
    kind = models.CharField(_("what"), max_length=12, choices=CheckKind)
    therapeutic_area = models.CharField(_("therapeutic area"), max_length=120)
    done_on = models.DateField(_("in place since"), null=True, blank=True)
    note = models.CharField(_("how it was seen"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("readiness check")
        verbose_name_plural = _("readiness checks")
        ordering = ["plan_id", "care_site_id", "kind", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["care_site", "kind", "therapeutic_area"],
                name="site_check_once",
                violation_error_message=_("This is already asked of the care site for this area."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.therapeutic_area}"


class SiteOnboarding(OwnedRow):
    """The way of the product onto the list of a care site, and the terms it is offered."""

    class Frequency(models.TextChoices):
        MONTHLY = "monthly", _("every month")
        EVERY_SECOND_MONTH = "every_second_month", _("every second month")
        QUARTERLY = "quarterly", _("every quarter")
        EVERY_SECOND_QUARTER = "every_second_quarter", _("every second quarter")
        YEARLY = "yearly", _("once a year")
        NONE = "none", _("no committee decides")

    class Returns(models.TextChoices):
        NONE = "none", _("no returns")
        LIMITED = "limited", _("replacement or credit in named cases")
        FULL = "full", _("unused doses are taken back")

    care_site = models.OneToOneField(
        CareSite, verbose_name=_("care site"), on_delete=models.CASCADE, related_name="onboarding"
    )
    committee = models.CharField(_("committee"), max_length=200, blank=True, default="")
    frequency = models.CharField(_("it meets"), max_length=20, choices=Frequency, blank=True, default="")
    meeting_on = models.DateField(_("a known meeting"), null=True, blank=True)
    lead_days = models.PositiveSmallIntegerField(_("dossier before the meeting"), default=0)
    decision_days = models.PositiveSmallIntegerField(_("meeting to decision"), default=0)
    ready_on = models.DateField(_("our dossier is ready on"), null=True, blank=True)
    submitted_on = models.DateField(_("submitted on"), null=True, blank=True)
    approved_on = models.DateField(_("approved on"), null=True, blank=True)
    contract_days = models.PositiveSmallIntegerField(_("to conclude the contract"), null=True, blank=True)
    signed_on = models.DateField(_("contract signed on"), null=True, blank=True)
    training_days = models.PositiveSmallIntegerField(_("to train the team"), null=True, blank=True)
    trained_on = models.DateField(_("team trained on"), null=True, blank=True)
    delivery_place = models.CharField(_("place of delivery"), max_length=200, blank=True, default="")
    payment_days = models.PositiveSmallIntegerField(_("payment within"), null=True, blank=True)
    credit = models.CharField(_("credit policy"), max_length=200, blank=True, default="")
    returns = models.CharField(_("returns"), max_length=10, choices=Returns, blank=True, default="")

    class Meta:
        verbose_name = _("onboarding")
        verbose_name_plural = _("onboarding")
        ordering = ["plan_id", "care_site_id", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(submitted_on__isnull=True)
                | models.Q(approved_on__isnull=True)
                | models.Q(submitted_on__lte=models.F("approved_on")),
                name="onboarding_order",
                violation_error_message=_("The approval cannot come before the submission."),
            )
        ]

    def __str__(self) -> str:
        return str(self.care_site)


class Reimbursement(OwnedRow):
    """How a region pays, and how patients are treated until the code is there."""

    region = models.CharField(_("region"), max_length=10, choices=Region)
    code = models.CharField(_("code or list"), max_length=120)
    applied_on = models.DateField(_("applied for on"), null=True, blank=True)
    expected_on = models.DateField(_("expected on"), null=True, blank=True)
    effective_on = models.DateField(_("effective since"), null=True, blank=True)
    interim_access = models.TextField(_("access until then"), blank=True, default="")

    class Meta:
        verbose_name = _("reimbursement pathway")
        verbose_name_plural = _("reimbursement pathways")
        ordering = ["plan_id", "region", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "region", "code"],
                name="reimbursement_once",
                violation_error_message=_("This code is already listed for the region."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_region_display()} · {self.code}"
