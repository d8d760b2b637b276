"""Reports that people asked for, with the figures they were made from and the file that was issued."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.text import capfirst, slugify
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import User
from audits.models import Audit
from common.punctuation import joined
from jobs.models import Job
from partners.models import Site
from programs.models import Program, WorkPackage
from records.display import kind_of
from reports.naming import file_name
from reports.querysets import ReportQuerySet
from scorecards.models import EvaluationRun, SourcingDecision

MOST_NAMED = 3


def pdf_alone() -> list[str]:
    """The formats of a report of which nothing else is said."""
    return ["pdf"]


# What a report may be about.
SUBJECTS = ("program", "site", "package", "run", "decision", "audit", "record_pk")


def _about(kind: str, *needed: str, may: str = "") -> models.Q:
    """The condition that a report of a kind is about what is needed and about nothing else."""
    told = {f"{name}__isnull": name not in needed for name in SUBJECTS if name != may}
    return models.Q(kind=kind, **told)


class Report(models.Model):
    """A report as it was asked for: one set of figures, and a file of each format made from them.

    A due-diligence report is about one site; a comparison is about several candidates of a work package, on
    what was known on a day or on a frozen evaluation; a decision paper and a distribution plan are about what
    was decided and planned for a work package; the report of an audit and an extract of the change history
    belong to no program.
    """

    class Kind(models.TextChoices):
        DUE_DILIGENCE = "due_diligence", _("Due diligence")
        COMPARISON = "comparison", _("Comparison")
        DECISION = "decision", _("Decision")
        DISTRIBUTION = "distribution", _("Distribution plan")
        AUDIT = "audit", _("Audit report")
        HISTORY = "history", _("Change history")

    class Format(models.TextChoices):
        PDF = "pdf", _("PDF")
        XLSX = "xlsx", _("Spreadsheet")
        PPTX = "pptx", _("Slides")

    class Paper(models.TextChoices):
        A4 = "a4", _("A4")
        LETTER = "letter", _("US Letter")

    key = models.CharField(_("request key"), max_length=200, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.DUE_DILIGENCE)
    program = models.ForeignKey(
        Program,
        verbose_name=_("program"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reports",
    )
    site = models.ForeignKey(
        Site, verbose_name=_("site"), on_delete=models.PROTECT, null=True, blank=True, related_name="reports"
    )
    package = models.ForeignKey(
        WorkPackage,
        verbose_name=_("work package"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reports",
    )
    run = models.ForeignKey(
        EvaluationRun,
        verbose_name=_("frozen evaluation"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reports",
    )
    # A draft may be discarded; its paper stays in the library, and knows it again when that is undone.
    decision = models.ForeignKey(
        SourcingDecision,
        verbose_name=_("decision"),
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        null=True,
        blank=True,
        related_name="reports",
    )
    audit = models.ForeignKey(
        Audit,
        verbose_name=_("audit"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="reports",
    )
    # Of a history: the record, with its name when it was asked for; else the filters of the audit trail.
    record_model = models.CharField(_("kind of record"), max_length=100, blank=True, default="")
    record_pk = models.BigIntegerField(_("record"), null=True, blank=True)
    record_name = models.CharField(_("name of the record"), max_length=200, blank=True, default="")
    entry_filters = models.TextField(_("filters"), blank=True, default="")
    formats = ArrayField(
        models.CharField(max_length=4, choices=Format), verbose_name=_("formats"), default=pdf_alone
    )
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
    history_position = models.PositiveBigIntegerField(
        _("position in the change history"), null=True, blank=True, editable=False
    )
    history_sha256 = models.CharField(
        _("head of the change history"), max_length=64, blank=True, default="", editable=False
    )

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["-requested_at", "-id"]
        indexes = [
            models.Index(name="report_of_program", fields=["program", "-requested_at"]),
            models.Index(
                name="report_of_history",
                fields=["requested_by", "record_model"],
                condition=models.Q(kind="history"),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(issued_at__isnull=True, inputs_sha256="")
                | (models.Q(issued_at__isnull=False) & ~models.Q(inputs_sha256="")),
                name="report_issued_whole",
                violation_error_message=_("An issued report has its figures."),
            ),
            models.CheckConstraint(
                condition=_about("due_diligence", "program", "site")
                | _about("comparison", "program", "package", may="run")
                | _about("decision", "program", "package", "decision")
                | _about("distribution", "program", "package")
                | _about("audit", "audit")
                | _about("history", may="record_pk"),
                name="report_subject",
                violation_error_message=_("A report is about what its kind says, and about nothing else."),
            ),
        ]

    def __str__(self) -> str:
        parts = [self.get_kind_display(), self.program.code if self.program else "", self.subject]
        return " · ".join(part for part in parts if part)

    @property
    def subject(self) -> str:
        """Whom or what it is about: the site, the work package, or the first candidates by name."""
        if self.site is not None:
            return self.site.name
        if self.audit is not None:
            return f"{self.audit} · {self.audit.site.name}"
        if self.kind == self.Kind.HISTORY:
            if not self.record_model:
                return _now("Audit trail")
            return f"{capfirst(kind_of(self.record_model))} · {self.record_name}"
        if not self.is_comparison:
            if self.package is not None and self.program is not None:
                # A package without a name has that of its program, which is at hand.
                self.package.program = self.program
            return str(self.package)
        # A list of reports has read the names along with them.
        names = self.__dict__.get("compared_names") or [each.site.name for each in self.candidates.all()]
        shown, more = joined(names[:MOST_NAMED]), len(names) - MOST_NAMED
        if more < 1:
            return shown
        return ngettext("%(names)s and %(count)s more", "%(names)s and %(count)s more", more) % {
            "names": shown,
            "count": more,
        }

    @property
    def address(self) -> str:
        """The program, and the work package of a comparison, as pages of the program are addressed."""
        if self.program is None:
            return ""
        if self.package is not None:
            self.program.package = self.package
        return self.program.address

    @property
    def is_comparison(self) -> bool:
        return self.kind == self.Kind.COMPARISON

    @property
    def is_issued(self) -> bool:
        return self.issued_at is not None

    def file_name(self, made_as: str) -> str:
        """The name of a download, in the language of the report."""
        about = self.site.fei or str(self.site_id) if self.site else ""
        if self.decision is not None:
            about = f"r{self.decision.revision}"
        if self.audit is not None:
            about = slugify(str(self.audit)).upper()
        if self.record_pk is not None:
            about = slugify(f"{self.record_model.rpartition('.')[2]}-{self.record_pk}")
        told = (self.program.code if self.program else "", about, str(self.as_of))
        return file_name(self.kind, *told, made_as=made_as, language=self.language)


class ReportCandidate(models.Model):
    """A candidate of a comparison, in the order chosen."""

    report = models.ForeignKey(
        Report, verbose_name=_("report"), on_delete=models.CASCADE, related_name="candidates"
    )
    site = models.ForeignKey(
        Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="compared_in"
    )
    position = models.PositiveSmallIntegerField(_("position"))

    class Meta:
        verbose_name = _("candidate of a report")
        verbose_name_plural = _("candidates of reports")
        ordering = ["report_id", "position"]
        constraints = [models.UniqueConstraint(fields=["report", "site"], name="report_candidate_once")]

    def __str__(self) -> str:
        return self.site.name


class ReportFigures(models.Model):
    """The figures of an issued report, apart so that no list ever loads them."""

    report = models.OneToOneField(
        Report, verbose_name=_("report"), on_delete=models.CASCADE, primary_key=True, related_name="figures"
    )
    inputs = models.BinaryField(_("figures, as canonical JSON"))

    class Meta:
        verbose_name = _("figures of a report")
        verbose_name_plural = _("figures of reports")

    def __str__(self) -> str:
        return str(self.report)


class ReportFile(models.Model):
    """One file of an issued report. `pages` counts the pages of a PDF and the slides of a presentation."""

    report = models.ForeignKey(
        Report, verbose_name=_("report"), on_delete=models.CASCADE, related_name="files"
    )
    format = models.CharField(_("format"), max_length=4, choices=Report.Format, default=Report.Format.PDF)
    content = models.BinaryField(_("content"))
    sha256 = models.CharField(_("file hash"), max_length=64)
    size_bytes = models.PositiveIntegerField(_("size in bytes"))
    pages = models.PositiveIntegerField(_("pages"), null=True, blank=True)

    class Meta:
        verbose_name = _("report file")
        verbose_name_plural = _("report files")
        ordering = ["report_id", "id"]
        constraints = [models.UniqueConstraint(fields=["report", "format"], name="report_file_once")]

    def __str__(self) -> str:
        return self.report.file_name(self.format)
