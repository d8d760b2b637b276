"""One row for each site with what the directory filters and counts by. Machinery: triggers keep it exact."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class SiteIndex(models.Model):
    """What a site is, can do and went through, in codes (`audits.site_index`): one number a capability.

    ``expiries`` has the last day of each capability, counted from 1970 (`NEVER` where it has none), and
    ``alias_keys`` the other spellings of the name, one a line. ``stamp`` is the transaction that wrote the
    row last; a reader fetches what it has not seen by it. A site that was deleted keeps its row, marked, so
    that readers learn of it.
    """

    site_id = models.BigIntegerField(primary_key=True, editable=False)
    organization_id = models.BigIntegerField(db_index=True, editable=False)
    name_key = models.TextField(editable=False)
    organization_key = models.TextField(editable=False)
    alias_keys = models.TextField(db_default="", editable=False)
    city_key = models.TextField(editable=False)
    fei = models.TextField(editable=False)
    country = models.CharField(max_length=2, editable=False)
    kind = models.SmallIntegerField(editable=False)
    standing = models.SmallIntegerField(editable=False)
    capabilities = ArrayField(models.BigIntegerField(), default=list, editable=False)
    expiries = ArrayField(models.IntegerField(), db_default=[], editable=False)
    last_outcome = models.SmallIntegerField(editable=False)
    last_inspected = models.IntegerField(editable=False)
    inspections = models.IntegerField(editable=False)
    actions = models.IntegerField(editable=False)
    is_deleted = models.BooleanField(default=False, editable=False)
    stamp = models.BigIntegerField(db_index=True, editable=False)

    class Meta:
        verbose_name = "directory index"
        verbose_name_plural = "directory index"

    def __str__(self) -> str:
        return str(self.site_id)
