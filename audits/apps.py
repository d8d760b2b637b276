from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditsConfig(AppConfig):
    name = "audits"
    verbose_name = _("Audits and inspections")

    def ready(self) -> None:
        from audits.needed_facts import register_facts

        register_facts()
