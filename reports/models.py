"""Reports that people asked for, with the figures they were made from and the file that was issued."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from jobs.models import Job
from partners.models import Site
from programs.models import Program
from reports.querysets import ReportQuerySet


class Report(models.Model):
    """A report as it was asked for. Once issued it has the hashes of its figures and of its file."""

    class Kind(models.TextChoices):
        DUE_DILIGENCE = "due_diligence", _("Due diligence")

    class Paper(models.TextChoices):
        A4 = "a4", _("A4")
        LETTER = "letter", _("US Letter")

    key = models.CharField(_("request key"), max_length=200, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.DUE_DILIGENCE)
    program = models.ForeignKey(
        Program, verbose_name=_("program"), on_delete=models.PROTECT, related_name="reports"
    )
    site = models.ForeignKey(Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="reports")
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, default="en")
    paper = models.CharField(_("paper"), max_length=6, choices=Paper, default=Paper.A4)
    as_of = models.DateField(_("as of"))
    requested_by = models.ForeignKey(
        User,
        verbose_name=_("requested by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reports",
    )
    requested_at = models.DateTimeField(_("requested at"), db_default=Now(), editable=False)
    job = models.OneToOneField(
        Job,
        verbose_name=_("job"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="report",
    )
    issued_at = models.DateTimeField(_("issued at"), null=True, blank=True, editable=False)
    inputs_sha256 = models.CharField(_("content hash"), max_length=64, blank=True, default="", editable=False)
    file_sha256 = models.CharField(_("file hash"), max_length=64, blank=True, default="", editable=False)
    file_bytes = models.PositiveIntegerField(_("size in bytes"), default=0, editable=False)
    history_position = models.PositiveBigIntegerField(
        _("position in the change history"), null=True, blank=True, editable=False
    )
    history_sha256 = models.CharField(
        _("head of the change history"), max_length=64, blank=True, default="", editable=False
    )
    pages = models.PositiveIntegerField(_("pages"), default=0, editable=False)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["-requested_at", "-id"]
        indexes = [models.Index(name="report_of_program", fields=["program", "-requested_at"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(issued_at__isnull=True, file_sha256="", inputs_sha256="")
                | (
                    models.Q(issued_at__isnull=False)
                    & ~models.Q(file_sha256="")
                    & ~models.Q(inputs_sha256="")
                ),
                name="report_issued_whole",
                violation_error_message=_("An issued report has its file and its figures."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.program.code} · {self.site}"

    @property
    def is_issued(self) -> bool:
        return self.issued_at is not None

    @property
    def file_name(self) -> str:
        """A name made by us; nothing of it was typed by anybody except the program's checked code."""
        kind = self.kind.replace("_", "-")
        return f"{kind}_{self.program.code}_{self.site.fei or self.site_id}_{self.as_of}.pdf"


class ReportFile(models.Model):
    """The bytes of an issued report and of the figures inside it, apart so that no list ever loads them."""

    report = models.OneToOneField(
        Report, verbose_name=_("report"), on_delete=models.CASCADE, primary_key=True, related_name="file"
    )
    inputs = models.BinaryField(_("figures, as canonical JSON"))
    content = models.BinaryField(_("PDF"))

    class Meta:
        verbose_name = _("report file")
        verbose_name_plural = _("report files")

    def __str__(self) -> str:
        return self.report.file_name
