"""What the environment may say about keys, proxies, mail and the identity provider."""

from pathlib import Path
from typing import Any

import pytest

from cmo_eval.environment import Environment, EnvironmentRefused, mailer_config, read_environment

PRODUCTION = {
    "CMO_EVAL_ENV": "production",
    "DJANGO_SECRET_KEY": "k" * 60,
    "DJANGO_ALLOWED_HOSTS": "cmo.example",
    "DATABASE_URL": "postgresql://a@db/x",
    "DATABASE_OWNER_URL": "postgresql://o@db/x",
    "REDIS_URL": "redis://r/0",
}
PROVIDER = {"OIDC_SERVER_URL": "https://login.example", "OIDC_CLIENT_ID": "c", "OIDC_CLIENT_SECRET": "s"}


def read(tmp_path: Path, **given: str) -> Environment:
    return read_environment(tmp_path, PRODUCTION | given)


def test_factor_keys_default_to_the_secret_key_and_are_long_in_production(tmp_path: Path) -> None:
    assert read(tmp_path).factor_keys == ["k" * 60]
    both = f"{'n' * 32}, {'f' * 32}"
    assert read(tmp_path, CMO_EVAL_FACTOR_KEYS=both).factor_keys == ["n" * 32, "f" * 32]
    with pytest.raises(EnvironmentRefused, match="CMO_EVAL_FACTOR_KEYS"):
        read(tmp_path, CMO_EVAL_FACTOR_KEYS=f"{'n' * 32},short")


def test_no_proxy_is_trusted_unless_it_is_counted(tmp_path: Path) -> None:
    assert read(tmp_path).trusted_proxies == 0
    assert read(tmp_path, ALLAUTH_TRUSTED_PROXY_COUNT="2").trusted_proxies == 2
    for wrong in ("-1", "all"):
        with pytest.raises(EnvironmentRefused, match="whole number"):
            read(tmp_path, ALLAUTH_TRUSTED_PROXY_COUNT=wrong)


def test_half_a_provider_is_refused_and_names_what_is_missing(tmp_path: Path) -> None:
    assert read(tmp_path).identity_provider is None
    whole = read(tmp_path, **PROVIDER, OIDC_NAME="Aurelia").identity_provider
    assert whole is not None
    assert (whole.key, whole.name) == ("oidc", "Aurelia")
    with pytest.raises(EnvironmentRefused, match="OIDC_CLIENT_SECRET"):
        read(tmp_path, **PROVIDER | {"OIDC_CLIENT_SECRET": ""})


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("smtp://u%40x:p%3A@mail.example", ("mail.example", 587, "u@x", "p:", False, True)),
        ("smtp://mail.example:25?tls=no", ("mail.example", 25, "", "", False, False)),
        ("smtps://u:p@mail.example", ("mail.example", 465, "u", "p", True, False)),
    ],
)
def test_a_mail_address_becomes_a_mailer(url: str, expected: tuple[Any, ...]) -> None:
    told = mailer_config(url, production=True)["OPTIONS"]
    names = ("host", "port", "username", "password", "use_ssl", "use_tls")
    assert tuple(told[name] for name in names) == expected


def test_without_a_mail_address_development_writes_to_the_console() -> None:
    assert "console" in mailer_config("", production=False)["BACKEND"]
    assert "Smtp" in mailer_config("", production=True)["BACKEND"]
    # A server that does not answer must not hold a worker for ever.
    assert mailer_config("", production=True)["OPTIONS"]["timeout"]
    with pytest.raises(EnvironmentRefused, match="EMAIL_URL"):
        mailer_config("imap://mail.example", production=True)
