from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class RecordsConfig(AppConfig):
    name = "records"
    verbose_name = _("Records")

    def ready(self) -> None:
        from records.install import install_after_migrate
        from records.signing import session  # noqa: F401

        post_migrate.connect(install_after_migrate, sender=self)
