"""The change history as the application reads it. Triggers write it; nothing here does."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Entry(models.Model):
    """One change of one record: the whole row before and after."""

    class Operation(models.TextChoices):
        CREATED = "I", _("created")
        CHANGED = "U", _("changed")
        DELETED = "D", _("deleted")

    batch_id = models.BigIntegerField(_("transaction"))
    table_name = models.TextField(_("table"))
    model = models.TextField(_("kind of record"))
    record = models.TextField(_("record"))
    op = models.TextField(_("operation"), choices=Operation)
    at = models.DateTimeField(_("time"))
    actor_id = models.BigIntegerField(_("person"), null=True)
    actor = models.TextField(_("who"))
    request_id = models.TextField(_("request"))
    reason = models.TextField(_("reason"))
    session_role = models.TextField(_("database role"))
    old = models.JSONField(_("before"), null=True)
    new = models.JSONField(_("after"), null=True)
    hash = models.BinaryField(_("hash"))

    class Meta:
        managed = False
        db_table = '"history"."entry"'
        verbose_name = _("history entry")
        verbose_name_plural = _("history entries")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.model} {self.record}"


class Batch(models.Model):
    """One transaction that changed something, linked to the one before."""

    position = models.BigIntegerField(_("position"), null=True)
    previous_hash = models.BinaryField(_("hash before"), null=True)
    entries = models.BigIntegerField(_("entries"), null=True)
    entries_hash = models.BinaryField(_("hash of the entries"), null=True)
    sealed_at = models.DateTimeField(_("sealed at"), null=True)
    hash = models.BinaryField(_("hash"), null=True)

    class Meta:
        managed = False
        db_table = '"history"."batch"'
        verbose_name = _("recorded transaction")
        verbose_name_plural = _("recorded transactions")
        ordering = ["-id"]

    def __str__(self) -> str:
        return str(self.position)


class Anchor(models.Model):
    """The head of the chain as it was told to the outside."""

    position = models.BigIntegerField(_("position"))
    hash = models.BinaryField(_("hash"))
    at = models.DateTimeField(_("time"))
    source = models.TextField(_("told to"))

    class Meta:
        managed = False
        db_table = '"history"."anchor"'
        verbose_name = _("anchor")
        verbose_name_plural = _("anchors")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.position} {self.source}"
