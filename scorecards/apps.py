from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class ScorecardsConfig(AppConfig):
    name = "scorecards"
    verbose_name = _("Scorecards")

    def ready(self) -> None:
        from scorecards.following import register_along
        from scorecards.seeding import seed_after_migrate

        register_along()
        post_migrate.connect(seed_after_migrate, sender=self)
