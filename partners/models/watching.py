"""Sites that people watch by hand, how they want the news, and how far they were told."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from partners.models.site import Site


class SiteWatch(models.Model):
    """A person watches a site because they chose to; what they watch by their work needs no row."""

    user = models.ForeignKey(
        User, verbose_name=_("person"), on_delete=models.CASCADE, related_name="site_watches"
    )
    site = models.ForeignKey(Site, verbose_name=_("site"), on_delete=models.CASCADE, related_name="+")
    began_at = models.DateTimeField(_("watched since"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("watched site")
        verbose_name_plural = _("watched sites")
        ordering = ["user_id", "id"]
        constraints = [models.UniqueConstraint(fields=["user", "site"], name="site_watch_once")]

    def __str__(self) -> str:
        return str(self.site)


class NewsMail(models.Model):
    """How often a person wants news of their sites by e-mail; without a row their role decides."""

    class Rhythm(models.TextChoices):
        DAILY = "daily", pgettext_lazy("e-mail", "once a day at most")
        WEEKLY = "weekly", pgettext_lazy("e-mail", "once a week at most")
        OFF = "off", pgettext_lazy("e-mail", "not at all")

    user = models.OneToOneField(
        User, verbose_name=_("person"), on_delete=models.CASCADE, related_name="news_mail", primary_key=True
    )
    rhythm = models.CharField(_("news by e-mail"), max_length=6, choices=Rhythm)

    class Meta:
        verbose_name = _("choice of news by e-mail")
        verbose_name_plural = _("choices of news by e-mail")

    def __str__(self) -> str:
        return f"{self.user_id} {self.rhythm}"


class NewsTold(models.Model):
    """How far a person was told: machinery of the letters, not recorded in the history.

    ``sending_until`` is written before a letter is handed to the mail server and cleared once its fate is
    known. Where it stands without a worker, nobody knows; the letter counts as sent, and ``unsure_since``
    keeps from when on the person may have missed something, until a letter has said so.
    """

    user = models.OneToOneField(
        User, verbose_name=_("person"), on_delete=models.CASCADE, related_name="+", primary_key=True
    )
    until = models.DateTimeField(_("told of all until"))
    letter_on = models.DateField(_("last letter"), null=True, blank=True)
    sending_until = models.DateTimeField(_("letter under way until"), null=True, blank=True)
    unsure_since = models.DateTimeField(_("perhaps not told since"), null=True, blank=True)

    class Meta:
        verbose_name = _("state of news by e-mail")
        verbose_name_plural = _("states of news by e-mail")

    def __str__(self) -> str:
        return f"{self.user_id} {self.until:%Y-%m-%d}"
