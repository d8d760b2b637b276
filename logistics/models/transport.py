"""Who carries the product, in what, along which legs, and what is done when that goes wrong."""

from datetime import date, timedelta

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from common.models import NOT_CHOSEN
from logistics.models.days import weekdays_field, zone_field
from logistics.models.places import CareSite
from logistics.models.row import OwnedRow, PlanRow
from logistics.readiness.first_dose import months_later
from logistics.vocabulary import PartyRole, Scenario
from partners.models import Site
from partners.vocabulary import TemperatureBand


class Party(PlanRow):
    """An organization that touches the product, or whose words must mean the same as ours."""

    name = models.CharField(_("party"), max_length=200)
    role = models.CharField(_("role"), max_length=15, choices=PartyRole)
    site = models.ForeignKey(
        Site,
        verbose_name=_("candidate of the program"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    contact = models.CharField(_("contact"), max_length=200, blank=True, default="")
    bands = ArrayField(
        models.CharField(max_length=15, choices=TemperatureBand),
        verbose_name=_("handles"),
        default=list,
        blank=True,
    )
    acknowledged_on = models.DateField(_("glossary acknowledged on"), null=True, blank=True)
    acknowledged_by = models.CharField(_("acknowledged by"), max_length=120, blank=True, default="")

    class Meta:
        verbose_name = _("party")
        verbose_name_plural = _("parties")
        ordering = ["plan_id", "name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "name"],
                name="party_once",
                violation_error_message=_("The plan already has a party of this name."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Shipper(OwnedRow):
    """A type of shipper as it is qualified now. Only the latest qualification counts."""

    name = models.CharField(_("shipper"), max_length=200)
    provider = models.ForeignKey(
        Party, verbose_name=_("provider"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    band = models.CharField(_("temperature band"), max_length=15, choices=TemperatureBand)
    hold_hours = models.DecimalField(
        _("qualified hold time"),
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    requalified_on = models.DateField(_("last requalified on"), null=True, blank=True)
    requalify_months = models.PositiveSmallIntegerField(
        _("requalify every (months)"), default=12, validators=[MinValueValidator(1)]
    )

    class Meta:
        verbose_name = _("shipper")
        verbose_name_plural = _("shippers")
        ordering = ["plan_id", "name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "name"],
                name="shipper_once",
                violation_error_message=_("The plan already has a shipper of this name."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def valid_until(self) -> date | None:
        """The last day on which the last requalification counts."""
        if self.requalified_on is None:
            return None
        return months_later(self.requalified_on, self.requalify_months) - timedelta(days=1)


class Lane(OwnedRow):
    """The way from the maker to one care site."""

    care_site = models.ForeignKey(
        CareSite, verbose_name=_("care site"), on_delete=models.CASCADE, related_name="lanes"
    )
    name = models.CharField(_("lane"), max_length=200)
    shipper = models.ForeignKey(
        Shipper,
        verbose_name=_("shipper"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="lanes",
    )
    notes = models.TextField(_("notes"), blank=True, default="")

    class Meta:
        verbose_name = _("lane")
        verbose_name_plural = _("lanes")
        ordering = ["plan_id", "name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "name"],
                name="lane_once",
                violation_error_message=_("The plan already has a lane of this name."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Handoff(PlanRow):
    """One leg of a lane and the hands at both ends of it."""

    lane = models.ForeignKey(Lane, verbose_name=_("lane"), on_delete=models.CASCADE, related_name="legs")
    position = models.PositiveSmallIntegerField(_("position"), validators=[MinValueValidator(1)])
    name = models.CharField(_("leg"), max_length=200)
    giver = models.ForeignKey(
        Party, verbose_name=_("handed over by"), null=True, blank=True, on_delete=models.SET_NULL,
        related_name="+",
    )  # fmt: skip
    taker = models.ForeignKey(
        Party, verbose_name=_("carried by"), null=True, blank=True, on_delete=models.SET_NULL,
        related_name="+",
    )  # fmt: skip
    told = models.CharField(_("who is told, and how"), max_length=200, blank=True, default="")
    hours = models.DecimalField(
        _("on the way"), max_digits=7, decimal_places=2, validators=[MinValueValidator(0)]
    )
    buffer_hours = models.DecimalField(
        _("buffer after it"), max_digits=7, decimal_places=2, default=0, validators=[MinValueValidator(0)]
    )
    cut_off = models.TimeField(_("taken until"), null=True, blank=True)
    departs = models.TimeField(_("departs at"), null=True, blank=True)
    weekdays = weekdays_field(_("taken on"))
    rests_in = CountryField(_("not on public holidays of"), blank=True, default="", blank_label=NOT_CHOSEN)
    zone = zone_field(_("clock of the departure"))

    class Meta:
        verbose_name = _("handoff")
        verbose_name_plural = _("handoffs")
        ordering = ["plan_id", "lane_id", "position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["lane", "position"],
                name="handoff_position",
                violation_error_message=_("The lane already has a leg at this position."),
            ),
            models.CheckConstraint(
                condition=models.Q(departs__isnull=True) | models.Q(cut_off__isnull=False),
                name="handoff_cut_off",
                violation_error_message=_("A departure has a time until which it takes the shipment."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Playbook(OwnedRow):
    """What is done when something goes wrong, who leads it, and who is told."""

    scenario = models.CharField(_("what happens"), max_length=20, choices=Scenario)
    trigger = models.CharField(_("noticed by"), max_length=300)
    actions = models.TextField(_("what is done"))
    communication = models.TextField(_("who is told, by whom, within what time"), blank=True, default="")
    buffer_hours = models.DecimalField(
        _("time planned for it"),
        max_digits=7,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    rebooking = models.TextField(_("how slot, shipment and site are rebooked"), blank=True, default="")

    class Meta:
        verbose_name = _("disruption playbook")
        verbose_name_plural = _("disruption playbook")
        ordering = ["plan_id", "scenario", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "scenario"],
                name="playbook_once",
                violation_error_message=_("The playbook already covers this."),
            ),
            models.CheckConstraint(
                condition=~models.Q(scenario="patient_ill") | ~models.Q(rebooking=""),
                name="playbook_rebooking",
                violation_error_message=_(
                    "Say how the slot, the shipment and the care site are rebooked when a patient falls ill."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.get_scenario_display()
