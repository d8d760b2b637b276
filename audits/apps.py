from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class AuditsConfig(AppConfig):
    name = "audits"
    verbose_name = _("Audits and inspections")

    def ready(self) -> None:
        from audits.needed_facts import register_facts
        from audits.site_index import install_after_migrate

        register_facts()
        post_migrate.connect(install_after_migrate, sender=self)
