"""What the change history records, and the explicit list of what it leaves out.

Every concrete model of our own rooms is recorded, whole rows before and after. The bytes of a file
(`BinaryField`) are recorded as their SHA-256. Whatever else is not recorded stands here with its reason.
"""

from dataclasses import dataclass
from pathlib import Path

from django.apps import AppConfig, apps
from django.conf import settings
from django.db.models import BinaryField, Model

# Models of our rooms that are not recorded at all.
UNTRACKED: dict[str, str] = {
    "accounts.SignedIn": "sessions, which come and go with every sign-in",
    "partners.NewsTold": "machinery of letters; what each person chose and watches is recorded",
    "audits.SiteIndex": "worked out from recorded tables by triggers, and again at any time",
}

# Columns that are left out of the entries of a recorded model. A change of only these leaves no entry.
LEFT_OUT: dict[str, dict[str, str]] = {
    "accounts.User": {
        "password": "a secret",
        "last_login": "signing in changes nothing of the record",
    },
    "accounts.AccessToken": {
        "token_sha256": "a secret",
        "last_used_at": "asking changes nothing of the record",
    },
    # A factor that is added or removed leaves its entry: whose, of which kind, when.
    "mfa.Authenticator": {
        "data": "the secret of the factor",
        "last_used_at": "signing in changes nothing of the record",
    },
    "socialaccount.SocialAccount": {
        "extra_data": "what the identity provider tells about the person",
        "last_login": "signing in changes nothing of the record",
    },
    "jobs.Job": {
        "lease_until": "machinery of the worker, renewed every few seconds",
        "woken_at": "machinery of the reconciler",
        "progress_done": "shown while the work runs, worth nothing afterwards",
        "progress_total": "shown while the work runs, worth nothing afterwards",
        "progress_note": "shown while the work runs, worth nothing afterwards",
        "progress_params": "shown while the work runs, worth nothing afterwards",
    },
}

# Models of libraries that are recorded as well: they decide who can get in.
ALSO_TRACKED: dict[str, str] = {
    "account.EmailAddress": "addresses a person signs in with",
    "mfa.Authenticator": "second factors a person signs in with",
    "socialaccount.SocialAccount": "identities of a provider that a person signs in with",
}


@dataclass(frozen=True)
class Tracked:
    """A table with its recording: what the triggers are told."""

    model: str
    table: str
    key: str
    left_out: tuple[str, ...]
    hashed: tuple[str, ...]


def is_our_room(config: AppConfig) -> bool:
    """Whether an app is one of this project's rooms rather than a library."""
    return Path(config.path).parent == Path(settings.BASE_DIR)


def tracked_models() -> list[type[Model]]:
    """Every recorded model, tables of many-to-many relations included, in the order of their labels."""
    ours = [
        model
        for config in apps.get_app_configs()
        if is_our_room(config)
        for model in config.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and model._meta.label not in UNTRACKED
    ]
    others = [apps.get_model(label) for label in ALSO_TRACKED if apps.is_installed(_app_name(label))]
    return sorted(ours + others, key=lambda model: model._meta.label)


def tracked(model: type[Model]) -> Tracked:
    """The recording of one model."""
    options = model._meta
    left_out = LEFT_OUT.get(options.label, {})
    binary = [
        field.column
        for field in options.concrete_fields
        if isinstance(field, BinaryField) and field.column and field.column not in left_out
    ]
    return Tracked(
        model=options.label,
        table=options.db_table,
        key=options.pk.column or "",
        left_out=tuple(left_out),
        hashed=tuple(binary),
    )


def _app_name(label: str) -> str:
    wanted = label.partition(".")[0]
    return next((config.name for config in apps.get_app_configs() if config.label == wanted), wanted)
