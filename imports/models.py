"""What was imported, by whom, from which file, and what people said about firms without an FEI."""

import json
import zlib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.models import Dated, Sourced, TimeStamped
from jobs.models import Job
from partners.models import Site

CHUNK = 1 << 20


class ImportFile(models.Model):
    """A file as it came in, byte for byte, kept for the record under its hash."""

    sha256 = models.CharField(_("SHA-256"), max_length=64, unique=True, editable=False)
    name = models.CharField(_("file name"), max_length=255)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    # Compressed by zlib: an export of 300 000 rows has 60 MB, and a tenth of it here.
    content = models.BinaryField(_("content"))
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("uploaded by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    uploaded_at = models.DateTimeField(_("uploaded at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("imported file")
        verbose_name_plural = _("imported files")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.name

    def content_write(self, path: Path) -> None:
        """Write the file as it came in, in pieces."""
        unpack = zlib.decompressobj()
        packed = memoryview(self.content)
        with path.open("wb") as file:
            for start in range(0, len(packed), CHUNK):
                file.write(unpack.decompress(packed[start : start + CHUNK]))
            file.write(unpack.flush())

    @staticmethod
    def content_packed(path: Path) -> bytes:
        """The bytes to keep of a file, read in pieces."""
        pack = zlib.compressobj(1)
        with path.open("rb") as file:
            packed = b"".join(pack.compress(chunk) for chunk in iter(lambda: file.read(CHUNK), b""))
        return packed + pack.flush()


class FilePage(models.Model):
    """A few hundred lines of a file, so that one of them is shown without reading the file again.

    Worked out from the file by a job (`imports.source_index`). Without a `source`, `number` is the first line
    and the content its lines; with one, `number` is the first byte of the hashes of rows, as this source is
    read, and the content says on which line each stands: for rows imported before lines were kept.
    """

    file = models.ForeignKey(
        ImportFile, verbose_name=_("file"), on_delete=models.CASCADE, related_name="pages"
    )
    source = models.CharField(_("source"), max_length=40, blank=True, default="")
    number = models.PositiveIntegerField(_("number"))
    # JSON, compressed by zlib.
    content = models.BinaryField(_("content"))

    class Meta:
        verbose_name = _("page of a file")
        verbose_name_plural = _("pages of files")
        ordering = ["file", "source", "number"]
        constraints = [
            models.UniqueConstraint(fields=["file", "source", "number"], name="file_page_once"),
        ]

    def __str__(self) -> str:
        return f"{self.file_id} {self.source} {self.number}".strip()

    def content_read(self) -> Any:
        """What the page holds: `[line, [text, …]]` of each line, or the line of each hash."""
        return json.loads(zlib.decompress(bytes(self.content)))

    @staticmethod
    def content_packed(content: Any) -> bytes:
        return zlib.compress(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode(), 6)


class ImportRun(TimeStamped):
    """One reading of a file: checked first, then committed or refused. Counts are those of the last step."""

    class State(models.TextChoices):
        CHECKING = "checking", pgettext_lazy("import", "being checked")
        READY = "ready", pgettext_lazy("import", "checked, not saved")
        COMMITTING = "committing", pgettext_lazy("import", "being saved")
        COMMITTED = "committed", pgettext_lazy("import", "saved")
        REFUSED = "refused", pgettext_lazy("import", "refused")
        UNDOING = "undoing", pgettext_lazy("import", "being undone")
        UNDONE = "undone", pgettext_lazy("import", "undone")

    file = models.ForeignKey(
        ImportFile, verbose_name=_("file"), on_delete=models.PROTECT, related_name="runs"
    )
    source = models.CharField(_("source"), max_length=40, blank=True, default="")
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.CHECKING)
    retrieved_on = models.DateField(_("retrieved on"))
    # Whether a person said so; else it is the day of the import.
    retrieved_stated = models.BooleanField(_("day of retrieval was stated"), default=False)
    # Tells which of two snapshots is the newer one where the days of retrieval do not.
    snapshot_on = models.DateField(_("latest date in the file"), null=True, blank=True)
    covered_from = models.DateField(_("covers from"), null=True, blank=True)
    covered_to = models.DateField(_("covers to"), null=True, blank=True)
    covered_types = ArrayField(
        models.CharField(max_length=100), verbose_name=_("product types"), default=list
    )
    covered_kinds = ArrayField(models.CharField(max_length=20), verbose_name=_("kinds"), default=list)
    row_count = models.PositiveIntegerField(_("rows"), default=0)
    created = models.PositiveIntegerField(_("new"), default=0)
    updated = models.PositiveIntegerField(_("changed"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    missing = models.PositiveIntegerField(_("gone"), default=0)
    unmatched = models.PositiveIntegerField(_("without site"), default=0)
    rejected = models.PositiveIntegerField(_("rejected"), default=0)
    # Further counts, see `imports.loading.outcome.Outcome`.
    more = models.JSONField(_("further counts"), default=dict, blank=True)
    refusal_key = models.CharField(_("reason"), max_length=60, blank=True, default="")
    refusal_params = models.JSONField(_("values of the reason"), default=dict, blank=True)
    good_rows_only = models.BooleanField(_("saved without its rejected rows"), default=False)
    # Problems, rows gone and examples of changes, compressed: a file may have as many as rows.
    details = models.BinaryField(_("details"), default=b"")
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("requested by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    job = models.ForeignKey(
        Job, verbose_name=_("job"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    committed_at = models.DateTimeField(_("saved at"), null=True, blank=True)
    # Who asked for the undoing and why; kept when it was refused, until somebody asks again.
    undo_requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("undoing asked for by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    undo_reason = models.TextField(_("reason for undoing"), blank=True, default="")
    # What the undoing did, or what stood against it: see `imports.undoing`.
    undo_found = models.JSONField(_("what undoing found"), default=dict, blank=True)
    undone_at = models.DateTimeField(_("undone at"), null=True, blank=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-id"]
        indexes = [models.Index(name="import_run_snapshot", fields=["source", "state", "snapshot_on"])]

    def __str__(self) -> str:
        return f"{self.source} {self.file.name}".strip()

    def details_read(self) -> dict[str, list[dict[str, Any]]]:
        """`problems`, `missing` and `changes`, each a list of plain rows."""
        if not self.details:
            return {"problems": [], "missing": [], "changes": []}
        return dict(json.loads(zlib.decompress(bytes(self.details))))

    @staticmethod
    def details_packed(**lists: list[dict[str, Any]]) -> bytes:
        return zlib.compress(json.dumps(lists, ensure_ascii=False).encode(), 6)


class NameMatch(TimeStamped):
    """A person's word on which site a firm is that a source names without FEI; later imports use it."""

    class Decision(models.TextChoices):
        CONFIRMED = "confirmed", _("is this site")
        DISMISSED = "dismissed", _("set aside")

    firm_key = models.CharField(_("sort key"), max_length=300, unique=True, editable=False)
    firm_name = models.CharField(_("firm, as the source wrote it"), max_length=300)
    decision = models.CharField(_("decision"), max_length=10, choices=Decision)
    site = models.ForeignKey(
        Site, verbose_name=_("site"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("name match")
        verbose_name_plural = _("name matches")
        ordering = ["firm_key"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decision="confirmed", site__isnull=False)
                | models.Q(decision="dismissed", site__isnull=True),
                name="name_match_site",
            )
        ]

    def __str__(self) -> str:
        return self.firm_name


class HeldRow(TimeStamped, Sourced, Dated):
    """An inspection or citation whose firm has no FEI: kept until a person says which site it is.

    Regulatory actions are kept in their own table without a site; these tables ask for one.
    """

    class Match(models.TextChoices):
        UNMATCHED = "unmatched", _("waiting for a person")
        DISMISSED = "dismissed", _("set aside")

    firm_name = models.CharField(_("firm, as the source wrote it"), max_length=300)
    firm_key = models.CharField(_("sort key"), max_length=300, editable=False)
    match_state = models.CharField(_("match"), max_length=10, choices=Match, default=Match.UNMATCHED)
    covered_type = models.CharField(_("product type"), max_length=100, blank=True, default="")
    values = models.JSONField(_("values"), default=dict)

    class Meta:
        verbose_name = _("row without site")
        verbose_name_plural = _("rows without site")
        ordering = ["-happened_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["source", "source_key"], name="imports_heldrow_source_key")
        ]
        indexes = [models.Index(name="held_row_firm", fields=["match_state", "firm_key"])]

    def __str__(self) -> str:
        return f"{self.source} {self.source_key}"


class ProfileImport(TimeStamped):
    """A sheet of profile records: checked, then saved or not. What it wrote can be undone."""

    class State(models.TextChoices):
        READY = "ready", pgettext_lazy("import", "checked, not saved")
        COMMITTED = "committed", pgettext_lazy("import", "saved")
        REFUSED = "refused", pgettext_lazy("import", "refused")
        UNDONE = "undone", pgettext_lazy("import", "undone")

    # A kind of record, see `partners.profile.registry`.
    section = models.CharField(_("kind of record"), max_length=30)
    file = models.ForeignKey(
        ImportFile, verbose_name=_("file"), on_delete=models.PROTECT, related_name="profile_imports"
    )
    # Whose records the rows are that name no site.
    site = models.ForeignKey(
        Site, verbose_name=_("site"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.READY)
    created = models.PositiveIntegerField(_("new"), default=0)
    changed = models.PositiveIntegerField(_("changed"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    rejected = models.PositiveIntegerField(_("rejected"), default=0)
    skipped = models.PositiveIntegerField(_("example rows"), default=0)
    asks_reason = models.BooleanField(_("changes verified records"), default=False)
    refusal_key = models.CharField(_("reason"), max_length=60, blank=True, default="")
    refusal_params = models.JSONField(_("values of the reason"), default=dict, blank=True)
    # Problems and rows that do something, as plain data.
    details = models.JSONField(_("details"), default=dict, blank=True)
    digest = models.CharField(_("hash of the plan"), max_length=64, blank=True, default="")
    # Entries of the change history that the saving wrote, see `records.undoing`.
    first_entry = models.BigIntegerField(_("first entry"), null=True, blank=True, editable=False)
    last_entry = models.BigIntegerField(_("last entry"), null=True, blank=True, editable=False)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("requested by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    committed_at = models.DateTimeField(_("saved at"), null=True, blank=True)

    class Meta:
        verbose_name = _("import of records")
        verbose_name_plural = _("imports of records")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.section} {self.file.name}"
