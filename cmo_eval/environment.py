"""The environment, read once and typed. Settings never touch `os.environ` themselves."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast
from urllib.parse import parse_qsl, unquote, urlsplit

type Stage = Literal["development", "production", "test"]

STAGES = ("development", "production", "test")
MINIMUM_SECRET_LENGTH = 50
MINIMUM_FACTOR_KEY_LENGTH = 32
LOCAL_HOSTS = ["127.0.0.1", "localhost", "[::1]"]
# Names a port nothing listens on, so that a command that needs no database can still load the settings.
NO_DATABASE = "postgresql://nobody@127.0.0.1:1/none"

SMTP_BACKEND = "common.mailing.SmtpBackend"
# A server that does not answer holds a worker this long for each step of the conversation.
MAIL_TIMEOUT_SECONDS = 10


class EnvironmentRefused(Exception):
    """The environment does not allow a safe start; the message lists every reason, one a line."""


@dataclass(frozen=True)
class IdentityProvider:
    """The organization's OpenID Connect provider."""

    key: str
    name: str
    server_url: str
    client_id: str
    client_secret: str


@dataclass(frozen=True)
class Environment:
    """What the process was told from outside."""

    stage: Stage
    debug: bool
    secret_key: str
    allowed_hosts: list[str]
    csrf_trusted_origins: list[str]
    database_url: str
    database_owner_url: str
    redis_url: str
    data_dir: Path
    email_url: str
    default_from_email: str
    behind_tls: bool
    log_level: str
    factor_keys: list[str]
    trusted_proxies: int
    identity_provider: IdentityProvider | None

    @property
    def production(self) -> bool:
        return self.stage == "production"


def read_environment(base_dir: Path, env: Mapping[str, str] | None = None) -> Environment:
    """Read and check the environment.

    Raises:
        EnvironmentRefused: in production, when a secret is missing or weak, debug is on, hosts are unset or
            open to all, or a server address is missing. Every reason is listed.
    """
    source = os.environ if env is None else env
    stage = source.get("CMO_EVAL_ENV", "development")
    if stage not in STAGES:
        raise EnvironmentRefused(f"CMO_EVAL_ENV is {stage!r}; it must be one of {', '.join(STAGES)}.")
    data_dir = Path(source.get("CMO_EVAL_DATA_DIR") or base_dir / "var").resolve()
    debug = _flag(source, "DJANGO_DEBUG", default=False)
    hosts = _listed(source, "DJANGO_ALLOWED_HOSTS")
    secret = source.get("DJANGO_SECRET_KEY", "")
    if stage == "production":
        _refuse_unsafe(source, secret=secret, debug=debug, hosts=hosts)
    database_url = source.get("DATABASE_URL", NO_DATABASE)
    secret = secret or _kept_secret(data_dir)
    return Environment(
        stage=cast(Stage, stage),
        debug=debug,
        secret_key=secret,
        allowed_hosts=hosts or LOCAL_HOSTS,
        csrf_trusted_origins=_listed(source, "DJANGO_CSRF_TRUSTED_ORIGINS"),
        database_url=database_url,
        database_owner_url=source.get("DATABASE_OWNER_URL", database_url),
        redis_url=source.get("REDIS_URL", "redis://127.0.0.1:1/0"),
        data_dir=data_dir,
        email_url=source.get("EMAIL_URL", ""),
        default_from_email=source.get("DEFAULT_FROM_EMAIL", "cmo-eval@localhost"),
        behind_tls=_flag(source, "CMO_EVAL_TLS", default=stage == "production"),
        log_level=source.get("LOG_LEVEL", "INFO"),
        factor_keys=_listed(source, "CMO_EVAL_FACTOR_KEYS") or [secret],
        trusted_proxies=_counted(source, "ALLAUTH_TRUSTED_PROXY_COUNT"),
        identity_provider=_identity_provider(source),
    )


def database_config(url: str) -> dict[str, Any]:
    """Django's `DATABASES` entry for a PostgreSQL address.

    Raises:
        EnvironmentRefused: when the address is not one of PostgreSQL.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise EnvironmentRefused(f"A database address must start with postgresql://, not {parts.scheme}://.")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": dict(parse_qsl(parts.query)),
    }


def _refuse_unsafe(source: Mapping[str, str], *, secret: str, debug: bool, hosts: list[str]) -> None:
    problems = []
    if len(secret) < MINIMUM_SECRET_LENGTH:
        problems.append(f"DJANGO_SECRET_KEY must be set to at least {MINIMUM_SECRET_LENGTH} characters.")
    if debug:
        problems.append("DJANGO_DEBUG must be off in production.")
    if not hosts or "*" in hosts:
        problems.append("DJANGO_ALLOWED_HOSTS must name the hosts this server answers for, without '*'.")
    if any(len(key) < MINIMUM_FACTOR_KEY_LENGTH for key in _listed(source, "CMO_EVAL_FACTOR_KEYS")):
        problems.append(
            f"Every key in CMO_EVAL_FACTOR_KEYS must have at least {MINIMUM_FACTOR_KEY_LENGTH} characters."
        )
    problems += [
        f"{name} must be set in production."
        for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL")
        if not source.get(name)
    ]
    if problems:
        raise EnvironmentRefused("\n".join(problems))


def _kept_secret(data_dir: Path) -> str:
    """A secret of this data folder's own, so that no default key exists anywhere."""
    path = data_dir / "secret_key"
    if not path.exists():
        data_dir.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(f".{os.getpid()}")
        temporary.touch(mode=0o600)
        temporary.write_text(secrets.token_urlsafe(64))
        try:
            # A hard link fails when another process was first: then its key is the one to use.
            os.link(temporary, path)
        except FileExistsError:
            pass
        finally:
            temporary.unlink()
    return path.read_text()


def _identity_provider(source: Mapping[str, str]) -> IdentityProvider | None:
    """The provider, when it is named; half a setting is refused, since nobody would see why sign-in fails."""
    given = {name: source.get(f"OIDC_{name}", "") for name in ("SERVER_URL", "CLIENT_ID", "CLIENT_SECRET")}
    if not any(given.values()):
        return None
    missing = [f"OIDC_{name}" for name, value in given.items() if not value]
    if missing:
        raise EnvironmentRefused(f"Sign-in through a provider also needs {', '.join(missing)}.")
    return IdentityProvider(
        key=source.get("OIDC_KEY", "") or "oidc",
        name=source.get("OIDC_NAME", "") or "OpenID Connect",
        server_url=given["SERVER_URL"],
        client_id=given["CLIENT_ID"],
        client_secret=given["CLIENT_SECRET"],
    )


def _counted(source: Mapping[str, str], name: str) -> int:
    value = source.get(name, "").strip() or "0"
    if not value.isdecimal():
        raise EnvironmentRefused(f"{name} is {value!r}; it must be a whole number, 0 or more.")
    return int(value)


def mailer_config(url: str, *, production: bool) -> dict[str, Any]:
    """Django's `MAILERS` entry for `smtp://user:password@host:port` or `smtps://…`.

    `smtp` upgrades by STARTTLS unless the address ends in `?tls=no`; `smtps` begins encrypted. Without an
    address, production hands messages to a mail server on the same host; elsewhere they go to the console.

    Raises:
        EnvironmentRefused: when the address is of another kind.
    """
    if not url:
        if production:
            return {"BACKEND": SMTP_BACKEND, "OPTIONS": {"timeout": MAIL_TIMEOUT_SECONDS}}
        return {"BACKEND": "django.core.mail.backends.console.EmailBackend"}
    parts = urlsplit(url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise EnvironmentRefused("EMAIL_URL must look like smtp://user:password@host:587 or smtps://…")
    encrypted = parts.scheme == "smtps"
    return {
        "BACKEND": SMTP_BACKEND,
        "OPTIONS": {
            "host": parts.hostname,
            "port": parts.port or (465 if encrypted else 587),
            "username": unquote(parts.username or ""),
            "password": unquote(parts.password or ""),
            "use_ssl": encrypted,
            "use_tls": not encrypted and dict(parse_qsl(parts.query)).get("tls") != "no",
            "timeout": MAIL_TIMEOUT_SECONDS,
        },
    }


def _flag(source: Mapping[str, str], name: str, *, default: bool) -> bool:
    value = source.get(name, "").strip().lower()
    return value in {"1", "true", "yes", "on"} if value else default


def _listed(source: Mapping[str, str], name: str) -> list[str]:
    return [part.strip() for part in source.get(name, "").split(",") if part.strip()]
