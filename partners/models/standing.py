"""Who answers at a site, what it is certified for, how it stands financially and in people."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from partners.models.evidence import Evidence, SiteEvidence
from partners.models.organization import Organization


class Contact(SiteEvidence):
    """A named person and what they may decide without asking."""

    class Function(models.TextChoices):
        PROJECT_MANAGER = "project_manager", _("project manager")
        QUALITY = "quality", _("head of quality")
        QUALIFIED_PERSON = "qualified_person", _("qualified person")
        TECHNICAL = "technical", _("technical lead")
        COMMERCIAL = "commercial", _("commercial contact")
        EXECUTIVE = "executive", _("executive sponsor")

    class DecisionAuthority(models.TextChoices):
        UNKNOWN = "unknown", _("not stated")
        NONE = "none", _("passes everything on")
        OPERATIONAL = "operational", _("schedules and people")
        FULL = "full", _("scope, budget and priorities")

    name = models.CharField(_("name"), max_length=150)
    function = models.CharField(_("function"), max_length=20, choices=Function)
    email = models.EmailField(_("e-mail address"), blank=True, default="")
    phone = models.CharField(_("telephone"), max_length=40, blank=True, default="")
    decision_authority = models.CharField(
        _("may decide on"), max_length=12, choices=DecisionAuthority, default=DecisionAuthority.UNKNOWN
    )
    since = models.DateField(_("in this function since"), null=True, blank=True)

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["site_id", "function", "name", "id"]
        indexes = [models.Index(name="contact_of_site", fields=["site"])]

    def __str__(self) -> str:
        return self.name or gettext("contact whose personal data were erased")


class Certificate(SiteEvidence):
    """A certificate or authorization; `happened_on` is the day of issue, `expires_on` its end."""

    class Kind(models.TextChoices):
        GMP = "gmp", _("GMP certificate")
        MANUFACTURING = "manufacturing", _("manufacturing authorization")
        IMPORT = "import", _("import authorization")
        QP_RELEASE = "qp_release", _("QP release arranged")
        GDP = "gdp", _("GDP certificate")
        ISO_9001 = "iso_9001", _("ISO 9001")
        ISO_13485 = "iso_13485", _("ISO 13485")
        FACT = "fact", _("FACT accreditation")
        JACIE = "jacie", _("JACIE accreditation")
        OTHER = "other", _("other certificate")

    class Jurisdiction(models.TextChoices):
        US = "us", _("United States")
        EU = "eu", _("European Union")
        UK = "uk", _("United Kingdom")
        OTHER = "other", _("elsewhere")

    kind = models.CharField(_("kind"), max_length=15, choices=Kind)
    jurisdiction = models.CharField(
        _("valid in"), max_length=10, choices=Jurisdiction, blank=True, default=""
    )
    authority = models.CharField(_("issued by"), max_length=150, blank=True, default="")
    number = models.CharField(_("number"), max_length=80, blank=True, default="")
    scope = models.TextField(_("scope"), blank=True, default="")

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ["site_id", "kind", "-happened_on", "id"]
        indexes = [models.Index(name="certificate_of_site", fields=["site"])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}".strip()


class Staffing(SiteEvidence):
    """People of one year: how many, how many of them in quality, how many left, how much training."""

    year = models.PositiveSmallIntegerField(_("year"))
    headcount = models.PositiveIntegerField(_("people"))
    quality_headcount = models.PositiveIntegerField(_("of these in quality"), null=True, blank=True)
    leavers = models.PositiveIntegerField(_("left during the year"), null=True, blank=True)
    training_hours_per_person = models.DecimalField(
        _("training (hours per person)"), max_digits=6, decimal_places=1, null=True, blank=True
    )

    class Meta:
        verbose_name = _("staffing")
        verbose_name_plural = _("staffing")
        ordering = ["site_id", "-year", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["site", "year"],
                condition=models.Q(replaced_on__isnull=True),
                name="staffing_once",
                violation_error_message=_("This year is already recorded."),
            ),
            models.CheckConstraint(
                condition=models.Q(quality_headcount__isnull=True)
                | models.Q(quality_headcount__lte=models.F("headcount")),
                name="staffing_quality",
                violation_error_message=_("The people in quality are part of all people."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.year)


class FinancialYear(Evidence):
    """One year of an organization's accounts, in one currency; `known_on` is the day they were published.

    Amounts are in thousands. The ratios of Altman's Z″ (1995) are taken from them; an amount that is not
    stated leaves its ratio unknown.
    """

    organization = models.ForeignKey(
        Organization,
        verbose_name=_("organization"),
        on_delete=models.CASCADE,
        related_name="financial_years",
    )
    year = models.PositiveSmallIntegerField(_("fiscal year"))
    currency = models.CharField(_("currency"), max_length=3, default="USD")
    revenue = models.DecimalField(_("revenue"), max_digits=16, decimal_places=1, null=True, blank=True)
    ebit = models.DecimalField(
        _("operating result (EBIT)"), max_digits=16, decimal_places=1, null=True, blank=True
    )
    current_assets = models.DecimalField(
        _("current assets"), max_digits=16, decimal_places=1, null=True, blank=True
    )
    current_liabilities = models.DecimalField(
        _("current liabilities"), max_digits=16, decimal_places=1, null=True, blank=True
    )
    total_assets = models.DecimalField(
        _("total assets"), max_digits=16, decimal_places=1, null=True, blank=True
    )
    total_liabilities = models.DecimalField(
        _("total liabilities"), max_digits=16, decimal_places=1, null=True, blank=True
    )
    retained_earnings = models.DecimalField(
        _("retained earnings"), max_digits=16, decimal_places=1, null=True, blank=True
    )
    book_equity = models.DecimalField(
        _("book value of equity"), max_digits=16, decimal_places=1, null=True, blank=True
    )
    capital_spending = models.DecimalField(
        _("capital spending"), max_digits=16, decimal_places=1, null=True, blank=True
    )
    largest_customer_percent = models.DecimalField(
        _("share of the largest customer (%)"),
        max_digits=4,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )

    class Meta:
        verbose_name = _("financial year")
        verbose_name_plural = _("financial years")
        ordering = ["organization_id", "-year", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "year"],
                condition=models.Q(replaced_on__isnull=True),
                name="financial_year_once",
                violation_error_message=_("This year is already recorded."),
            )
        ]

    def __str__(self) -> str:
        return str(self.year)
