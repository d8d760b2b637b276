"""A search of the directory that somebody keeps, for themselves or for everyone."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from common.models import TimeStamped


class SavedView(TimeStamped):
    """The query string of a list under a name; opening it is opening the address."""

    owner = models.ForeignKey(
        User,
        verbose_name=pgettext_lazy("saved view", "owner"),
        on_delete=models.CASCADE,
        related_name="saved_views",
    )
    name = models.CharField(_("name"), max_length=100)
    query = models.CharField(_("search"), max_length=2000)
    is_shared = models.BooleanField(_("shared with everyone"), default=False)

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "name"],
                name="saved_view_once",
                violation_error_message=_("You already have a view of this name."),
            )
        ]

    def __str__(self) -> str:
        return self.name
