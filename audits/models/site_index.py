"""One row for each site with what the directory filters and counts by. Machinery: triggers keep it exact."""

from django.contrib.postgres.fields import ArrayField
from django.db import models


class SiteIndex(models.Model):
    """What a site is, can do and went through, in codes (`audits.site_index`): one number a capability.

    ``stamp`` is the transaction that wrote the row last; a reader fetches what it has not seen by it. A site
    that was deleted keeps its row, marked, so that readers learn of it.
    """

    site_id = models.BigIntegerField(primary_key=True)
    organization_id = models.BigIntegerField(db_index=True)
    name_key = models.TextField()
    organization_key = models.TextField()
    city_key = models.TextField()
    fei = models.TextField()
    country = models.CharField(max_length=2)
    kind = models.SmallIntegerField()
    standing = models.SmallIntegerField()
    capabilities = ArrayField(models.BigIntegerField(), default=list)
    last_outcome = models.SmallIntegerField()
    last_inspected = models.IntegerField()
    inspections = models.IntegerField()
    actions = models.IntegerField()
    is_deleted = models.BooleanField(default=False)
    stamp = models.BigIntegerField(db_index=True)

    class Meta:
        verbose_name = "directory index"
        verbose_name_plural = "directory index"

    def __str__(self) -> str:
        return str(self.site_id)
