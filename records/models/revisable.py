"""Records that are amended by a new revision instead of being changed."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Revisable(models.Model):
    """A record of which there can be several revisions; each says which one it supersedes.

    Fields that are unique in one revision (a number, say) are unique together with `revision`.
    """

    revision = models.PositiveIntegerField(_("revision"), default=1, editable=False)
    supersedes = models.OneToOneField(
        "self",
        verbose_name=_("supersedes"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="superseded_by",
    )

    class Meta:
        abstract = True
