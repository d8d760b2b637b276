from django.db import models
from django.utils.translation import gettext_lazy as _


class Authority(models.TextChoices):
    FDA = "fda", _("FDA")
    EMA = "ema", _("EU member state (EMA)")
    MHRA = "mhra", _("MHRA")
    PMDA = "pmda", _("PMDA")
    OTHER = "other", _("other authority")
