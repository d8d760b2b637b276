"""The distribution plan of a work package: the decisions that everything else follows from."""

from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from common.models import NOT_CHOSEN, Versioned
from logistics.models.days import weekdays_field, zone_field
from logistics.querysets import PlanQuerySet
from partners.vocabulary import TemperatureBand
from programs.models import WorkPackage


class DistributionPlan(Versioned):
    """How a cell or gene therapy gets to the patient. One for each work package."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        IN_FORCE = "in_force", _("in force")

    class Dosing(models.TextChoices):
        ONE_OFF = "one_off", _("one dose, once")
        COURSE = "course", _("several doses in one course")
        REPEATED = "repeated", _("repeated for as long as the treatment goes on")

    class Ordering(models.TextChoices):
        FOR_PATIENT = "for_patient", _("each dose is made for one patient")
        FROM_STOCK = "from_stock", _("from stock, dose by dose")
        STANDING = "standing", _("standing orders, delivered regularly")

    class Title(models.TextChoices):
        DIRECT = "direct", _("we keep title until the care site has it")
        CONSIGNMENT = "consignment", _("consignment: ours until it is used")
        THREE_PL = "3pl", _("the 3PL takes title and sells on")
        DISTRIBUTOR = "distributor", _("a distributor takes title and sells on")

    class Transfer(models.TextChoices):
        RELEASE = "release", _("release by the manufacturer")
        PICKUP = "pickup", _("pick-up by the carrier")
        PARTNER = "partner", _("receipt by the 3PL or distributor")
        RECEIPT = "receipt", _("receipt at the care site")
        DOSE = "dose", _("administration to the patient")

    class Channel(models.TextChoices):
        EXCLUSIVE = "exclusive", _("exclusive: one partner")
        LIMITED = "limited", _("limited network")
        OPEN = "open", _("open network")

    class Identity(models.TextChoices):
        ENROLLMENT = "enrollment", _("enrollment of the patient")
        ORDER = "order", _("order of the treatment")
        COLLECTION = "collection", _("first collection of cells, before the bag is filled")
        RECEIPT = "receipt", _("receipt at the manufacturer")
        RELEASE = "release", _("release of the product")

    work_package = models.OneToOneField(
        WorkPackage,
        verbose_name=_("work package"),
        on_delete=models.CASCADE,
        related_name="distribution_plan",
        editable=False,
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT, editable=False)
    lead = models.CharField(_("lead of the plan"), max_length=120, blank=True, default="")
    review_every_days = models.PositiveSmallIntegerField(
        _("review every (days)"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    therapeutic_area = models.CharField(_("therapeutic area"), max_length=120, blank=True, default="")
    band = models.CharField(
        _("temperature band"), max_length=15, choices=TemperatureBand, blank=True, default=""
    )
    shelf_life_hours = models.DecimalField(
        _("use within, after packing"),
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    packed_at = models.TimeField(_("hour of packing"), null=True, blank=True)
    packs_on = weekdays_field(_("packed on"))
    packing_rests_in = CountryField(
        _("not packed on public holidays of"), blank=True, default="", blank_label=NOT_CHOSEN
    )
    zone = zone_field(_("clock of the place of packing"))
    release_hours = models.DecimalField(
        _("packing to release"),
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    turnaround_days = models.PositiveSmallIntegerField(_("order or collection to dose"), default=0)
    go_live_on = models.DateField(_("may be used from"), null=True, blank=True)
    dosing = models.CharField(_("dosing"), max_length=10, choices=Dosing, blank=True, default="")
    doses_a_year = models.PositiveIntegerField(_("doses a year for one patient"), null=True, blank=True)
    ordering_model = models.CharField(_("ordering"), max_length=12, choices=Ordering, blank=True, default="")
    ordering_consequences = models.TextField(
        _("what that means for money and workload"), blank=True, default=""
    )
    identity_at = models.CharField(
        _("identifier issued at"), max_length=12, choices=Identity, blank=True, default=""
    )
    identity_rule = models.CharField(_("what the identifier is"), max_length=200, blank=True, default="")
    title_model = models.CharField(_("title model"), max_length=12, choices=Title, blank=True, default="")
    title_transfer = models.CharField(
        _("title passes at"), max_length=10, choices=Transfer, blank=True, default=""
    )
    title_parties = models.TextField(_("who is part of it"), blank=True, default="")
    channel = models.CharField(_("channel"), max_length=10, choices=Channel, blank=True, default="")
    channel_decided_on = models.DateField(_("channel decided on"), null=True, blank=True)
    channel_reasons = models.TextField(_("reasons for the channel"), blank=True, default="")
    channel_owner = models.CharField(_("owner of the channel"), max_length=120, blank=True, default="")

    objects: "models.Manager[Any]" = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("distribution plan")
        verbose_name_plural = _("distribution plans")
        ordering = ["work_package_id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(channel_decided_on__isnull=True) | ~models.Q(channel=""),
                name="plan_channel_decided",
                violation_error_message=_("A decision has a channel."),
            ),
            models.CheckConstraint(
                condition=models.Q(title_transfer="") | ~models.Q(title_model=""),
                name="plan_title_model",
                violation_error_message=_("Choose the title model whose transfer point this is."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.work_package}"
