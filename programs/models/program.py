"""A program: what must be made, how, at which scale, for which regions."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models.functions import Now
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.models import Versioned
from partners.vocabulary import BatchUnit, DosageForm, Modality, Operation, Region, Route, Stage
from programs.querysets import ProgramQuerySet

validate_code = RegexValidator(
    r"^[A-Za-z0-9][A-Za-z0-9_-]{0,39}$",
    _("A code has letters, digits, hyphens and underscores only, and starts with a letter or digit."),
)


PACKAGE_MARK = "~"
"""Between the code and the work package in an address; no code has it."""


def address_of(code: str, package: "WorkPackage", first: "WorkPackage") -> str:
    """`CODE` for the first work package, `CODE~ID` for another."""
    return code if package.pk == first.pk else f"{code}{PACKAGE_MARK}{package.pk}"


class Program(Versioned):
    """Confidential: only members and administrators see that it exists."""

    code = models.CharField(_("code"), max_length=40, unique=True, validators=[validate_code])
    name = models.CharField(_("name"), max_length=200)
    product = models.CharField(_("product"), max_length=200, blank=True, default="")
    modality = models.CharField(_("modality"), max_length=30, choices=Modality)
    dosage_form = models.CharField(_("dosage form"), max_length=30, choices=DosageForm)
    route = models.CharField(_("route"), max_length=20, choices=Route)
    stage = models.CharField(_("stage"), max_length=15, choices=Stage)
    batch_size = models.DecimalField(
        _("batch size"),
        max_digits=14,
        decimal_places=3,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    batch_unit = models.CharField(_("batch unit"), max_length=10, choices=BatchUnit, blank=True, default="")
    batch_size_peak = models.DecimalField(
        _("batch size at peak"),
        max_digits=14,
        decimal_places=3,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    operations = ArrayField(
        models.CharField(max_length=20, choices=Operation),
        verbose_name=_("operations needed"),
        default=list,
        blank=True,
    )
    containment_oeb = models.PositiveSmallIntegerField(_("containment (OEB)"), null=True, blank=True)
    temperature_min = models.SmallIntegerField(_("lowest temperature (°C)"), null=True, blank=True)
    temperature_max = models.SmallIntegerField(_("highest temperature (°C)"), null=True, blank=True)
    regions = ArrayField(
        models.CharField(max_length=10, choices=Region),
        verbose_name=_("regions of supply"),
        default=list,
        blank=True,
    )
    therapeutic_area = models.CharField(_("therapeutic area"), max_length=120, blank=True, default="")
    transfer_on = models.DateField(_("transfer begins"), null=True, blank=True)
    first_batch_on = models.DateField(_("first GMP batch needed"), null=True, blank=True)
    submission_on = models.DateField(_("submission"), null=True, blank=True)
    launch_on = models.DateField(_("launch"), null=True, blank=True)
    budget_target = models.DecimalField(
        _("target cost"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    budget_limit = models.DecimalField(
        _("highest acceptable cost"),
        max_digits=14,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    currency = models.CharField(_("currency"), max_length=3, blank=True, default="")
    notes = models.TextField(_("notes"), blank=True, default="")
    is_demo = models.BooleanField(_("fictional"), default=False, editable=False)

    objects = ProgramQuerySet.as_manager()

    class Meta:
        verbose_name = _("program")
        verbose_name_plural = _("programs")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(batch_size__isnull=True)
                | (models.Q(batch_size__gt=0) & ~models.Q(batch_unit="")),
                name="program_batch_unit",
                violation_error_message=_("A batch size is more than zero and has a unit."),
            ),
            models.CheckConstraint(
                condition=models.Q(batch_size_peak__isnull=True) | ~models.Q(batch_unit=""),
                name="program_peak_unit",
                violation_error_message=_("A batch size at peak has a unit."),
            ),
            models.CheckConstraint(
                condition=models.Q(temperature_min__isnull=True)
                | models.Q(temperature_max__isnull=True)
                | models.Q(temperature_min__lte=models.F("temperature_max")),
                name="program_temperature_order",
                violation_error_message=_("The lowest temperature cannot be above the highest."),
            ),
            models.CheckConstraint(
                condition=models.Q(budget_target__isnull=True)
                | models.Q(budget_limit__isnull=True)
                | models.Q(budget_target__lt=models.F("budget_limit")),
                name="program_budget_order",
                violation_error_message=_("The target cost is below the highest acceptable one."),
            ),
            models.CheckConstraint(
                condition=models.Q(containment_oeb__isnull=True) | models.Q(containment_oeb__range=(1, 6)),
                name="program_oeb_range",
                violation_error_message=_("An OEB is a number from 1 to 6."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} · {self.name}"

    @cached_property
    def parts(self) -> list["WorkPackage"]:
        """The work packages in their order. One query, kept."""
        return list(self.packages.all())

    @cached_property
    def package(self) -> "WorkPackage":
        """The work package that the pages are about: the one of the address, else the first."""
        return self.parts[0]

    @property
    def has_parts(self) -> bool:
        """Whether the word work package is shown at all."""
        return len(self.parts) > 1

    @property
    def address(self) -> str:
        """What stands for the program in addresses: its code, and the work package unless it is the first."""
        return address_of(self.code, self.package, self.parts[0])


class Membership(models.Model):
    """A person's part in a program."""

    program = models.ForeignKey(
        Program, verbose_name=_("program"), on_delete=models.CASCADE, related_name="memberships"
    )
    user = models.ForeignKey(
        User, verbose_name=_("person"), on_delete=models.CASCADE, related_name="memberships"
    )
    created_at = models.DateTimeField(_("created at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [models.UniqueConstraint(fields=["program", "user"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.program.code}"


class WorkPackage(Versioned):
    """A part of a program with candidates of its own. A program with a single one never shows the word."""

    program = models.ForeignKey(
        Program, verbose_name=_("program"), on_delete=models.CASCADE, related_name="packages"
    )
    name = models.CharField(_("name"), max_length=200, blank=True, default="")
    position = models.PositiveSmallIntegerField(_("position"), default=1)
    operations = ArrayField(
        models.CharField(max_length=20, choices=Operation),
        verbose_name=_("operations"),
        default=list,
        blank=True,
    )
    notes = models.TextField(_("notes"), blank=True, default="")

    class Meta:
        verbose_name = _("work package")
        verbose_name_plural = _("work packages")
        ordering = ["program_id", "position"]
        constraints = [models.UniqueConstraint(fields=["program", "position"], name="work_package_position")]

    def __str__(self) -> str:
        return self.name or self.program.code
