"""Changes to people."""

from django.conf import settings

from accounts.models import User


def user_language_set(*, user: User, language: str) -> None:
    """Keep the language a person chose; an unknown one is ignored, since the switch offers only ours."""
    if language in dict(settings.LANGUAGES) and language != user.language:
        user.language = language
        user.save(update_fields=["language"])
