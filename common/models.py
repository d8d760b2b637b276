"""Abstract models: the dates, sources and versions that records have in common."""

from typing import ClassVar, cast

from django.db import models
from django.db.models.fields import BLANK_CHOICE_LABEL
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

# What stands in a list of countries before one is chosen: the same words as in every other list.
NOT_CHOSEN = cast("str", BLANK_CHOICE_LABEL)


class TimeStamped(models.Model):
    """When the row was written and last changed, in UTC, by the database's clock."""

    created_at = models.DateTimeField(_("created at"), db_default=Now(), editable=False)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True, editable=False)

    class Meta:
        abstract = True


class Versioned(TimeStamped):
    """A row that two people may edit: a save names the version it read, and is refused when it is stale."""

    version = models.PositiveIntegerField(_("version"), default=1, editable=False)

    class Meta(TimeStamped.Meta):
        abstract = True


class Dated(models.Model):
    """The three dates of a fact. Every "as of" question asks `known_on`, never the day a file was fetched.

    `OWN_DATES` say themselves from when they count; `records.past` leaves them as they are.
    """

    OWN_DATES: ClassVar[tuple[str, ...]] = ("happened_on", "known_on", "known_on_basis", "recorded_at")

    class KnownBasis(models.TextChoices):
        SOURCE = "source", _("published by the source")
        LAG = "lag", _("estimated by the source's usual delay")
        UNKNOWN = "unknown", _("unknown")

    happened_on = models.DateField(_("happened on"), null=True, blank=True)
    known_on = models.DateField(_("known on"), null=True, blank=True)
    known_on_basis = models.CharField(
        _("basis of the known-on date"), max_length=8, choices=KnownBasis, default=KnownBasis.UNKNOWN
    )
    recorded_at = models.DateTimeField(_("recorded at"), db_default=Now(), editable=False)

    class Meta:
        abstract = True


class Sourced(models.Model):
    """Where an imported row came from. A row entered by hand has an empty `source`.

    Its words are the line `source_line` of the file with the hash `source_sha256`, which is kept whole;
    `imports.source_rows` shows them. `matched_name` is the firm's name as the source wrote it, where
    the row came to its site by this name rather than by an FEI.
    """

    source = models.CharField(_("source"), max_length=40, blank=True, default="", editable=False)
    source_key = models.CharField(_("source key"), max_length=200, blank=True, default="", editable=False)
    source_sha256 = models.CharField(_("file hash"), max_length=64, blank=True, default="", editable=False)
    retrieved_at = models.DateTimeField(_("retrieved at"), null=True, blank=True, editable=False)
    source_line = models.PositiveIntegerField(_("line of the file"), null=True, blank=True, editable=False)
    matched_name = models.CharField(
        _("matched by the name"), max_length=300, blank=True, default="", db_default="", editable=False
    )
    row_sha256 = models.CharField(_("row hash"), max_length=64, blank=True, default="", editable=False)

    class Meta:
        abstract = True


def source_key_unique() -> models.UniqueConstraint:
    """One row per key of a source; rows entered by hand are free."""
    return models.UniqueConstraint(
        fields=["source", "source_key"],
        condition=~models.Q(source=""),
        name="%(app_label)s_%(class)s_source_key",
    )
