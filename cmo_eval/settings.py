"""Settings of the project: typed, driven by the environment (see `environment.py`)."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from celery.schedules import crontab
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from cmo_eval.environment import EnvironmentRefused, database_config, mailer_config, read_environment
from cmo_eval.logs import formatter

BASE_DIR = Path(__file__).resolve().parent.parent

try:
    ENV = read_environment(BASE_DIR)
    DATABASES: dict[str, Any] = {
        # The application's role owns nothing; migrations run as the owner.
        "default": database_config(ENV.database_url),
        "owner": database_config(ENV.database_owner_url),
    }
    MAILERS: dict[str, Any] = {"default": mailer_config(ENV.email_url, production=ENV.production)}
except EnvironmentRefused as problem:
    raise ImproperlyConfigured(str(problem)) from None

DATABASES["owner"]["CONN_MAX_AGE"] = 0

DEBUG = ENV.debug
SECRET_KEY = ENV.secret_key
ALLOWED_HOSTS = ENV.allowed_hosts
CSRF_TRUSTED_ORIGINS = ENV.csrf_trusted_origins
VERSION = "0.1.0"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_countries",
    "django_filters",
    "django_htmx",
    "django_tables2",
    "common",
    "accounts",
    "jobs",
    "records",
    "partners",
    "programs",
    "logistics",
    "audits",
    "scorecards",
    "imports",
    "reports",
    "workspace",
    "api",
    "cmo_eval.apps.ProjectConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "records.middleware.ChangeContextMiddleware",
    "accounts.middleware.SignInMiddleware",
]

ROOT_URLCONF = "cmo_eval.urls"
WSGI_APPLICATION = "cmo_eval.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "workspace.context_processors.frame",
            ],
        },
    },
]

# People and sign-in -----------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
if ENV.stage == "test":
    # The tests make people by the hundred, and what slows down who guesses would slow down each of them.
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *PASSWORD_HASHERS]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "workspace:home"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.sign_in_forms.SignInForm",
    "change_password": "accounts.sign_in_forms.NewPasswordForm",
    "reset_password": "accounts.sign_in_forms.PasswordForgottenForm",
    "reauthenticate": "accounts.sign_in_forms.PasswordAgainForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
# Addresses are given by administrators, who know the people behind them.
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGIN_BY_CODE_ENABLED = False
# Per account ("key") and per address ("ip"), counted in the shared cache.
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "reset_password": "20/m/ip,5/m/key",
    "reset_password_from_key": "20/m/ip",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
}
# Of the API: requests of one access token, and tokens that are not known from one address.
API_RATE_LIMITS = {"token": "300/m/key", "unknown": "10/m/ip"}
# How many proxies of ours stand before the server. X-Forwarded-For is believed no further, so that an
# address that a visitor writes there does not pass for another visitor.
ALLAUTH_TRUSTED_PROXY_COUNT = ENV.trusted_proxies

MFA_ADAPTER = "accounts.adapter.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_FORMS = {
    "authenticate": "accounts.sign_in_forms.FactorForm",
    "reauthenticate": "accounts.sign_in_forms.FactorAgainForm",
    "activate_totp": "accounts.sign_in_forms.AppForm",
    "add_webauthn": "accounts.sign_in_forms.KeyForm",
    "edit_webauthn": "accounts.sign_in_forms.KeyNameForm",
}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
# A phone's clock may be half a minute off.
MFA_TOTP_TOLERANCE = 1
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not ENV.behind_tls
# Encrypt the secrets of second factors: the first key encrypts, all of them decrypt.
FACTOR_KEYS = ENV.factor_keys

# What holds until an administrator saves a policy of their own. The demonstration asks for no second factor.
SIGN_IN_FACTOR_ROLES = ["qa", "administrator"] if ENV.production else []
SIGN_IN_IDLE_MINUTES = 60
SIGN_IN_SESSION_HOURS = 12

SOCIALACCOUNT_ADAPTER = "accounts.adapter.IdentityProviderAdapter"
SOCIALACCOUNT_STORE_TOKENS = False
# A link, not a form: form-action of the content security policy also holds for where a form is sent on to.
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_PROVIDERS: dict[str, Any] = (
    {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": ENV.identity_provider.key,
                    "name": ENV.identity_provider.name,
                    "client_id": ENV.identity_provider.client_id,
                    "secret": ENV.identity_provider.client_secret,
                    "settings": {"server_url": ENV.identity_provider.server_url},
                }
            ],
        }
    }
    if ENV.identity_provider
    else {}
)

# Longer than any policy allows; the policy's own limits are kept by accounts.middleware.
SESSION_COOKIE_AGE = int(timedelta(hours=24).total_seconds())
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "cmo_eval.views.csrf_failure"

# A page that offers to sign is good for this long, ten minutes without a click being an empty chair.
SIGNING_IDLE_SECONDS = 600
# Signatures in a row ask for the password only; after this pause the e-mail address is asked again.
SIGNING_SERIES_SECONDS = 1_800
# Whoever signed in longer ago than this signs in again before signing.
SIGNING_SESSION_SECONDS = int(timedelta(hours=12).total_seconds())

# What a browser may do --------------------------------------------------------------------------

SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    # The page that conducts an audit opens without a network by a service worker of ours.
    "worker-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = ENV.behind_tls
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENV.behind_tls else None
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
SESSION_COOKIE_SECURE = ENV.behind_tls
CSRF_COOKIE_SECURE = ENV.behind_tls
SECURE_HSTS_SECONDS = 31_536_000 if ENV.behind_tls else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = ENV.behind_tls
SECURE_HSTS_PRELOAD = ENV.behind_tls

# Languages --------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("fr", _("French"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
USE_THOUSAND_SEPARATOR = True

# Files ------------------------------------------------------------------------------------------

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = BASE_DIR / "staticfiles"
WHITENOISE_USE_FINDERS = not ENV.production
# Looks for files when asked; else a missing folder of collected files would be warned of at every start.
WHITENOISE_AUTOREFRESH = not ENV.production
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if ENV.production
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000

# Files attached to records.
ATTACHMENT_MAX_BYTES = 25 * 1024 * 1024
ATTACHMENT_MAX_PIXELS = 50_000_000

# Work in the background -------------------------------------------------------------------------

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": ENV.redis_url,
        "KEY_PREFIX": "cmo_eval",
    }
}
JOB_HARD_LIMIT_SECONDS = 900
# How long a worker may be silent before another one takes its job; it renews a third into that time.
JOB_LEASE_SECONDS = 45
JOB_BEAT_SECONDS = 1.0
JOB_ATTEMPTS = 3
# A job that waits is told to the workers again after this time, in case the first message was lost.
JOB_WAKE_AFTER_SECONDS = 25
# A job that waited longer than the longest may run tells that nobody works; see `/readyz`.
JOB_WAITING_LIMIT_SECONDS = JOB_HARD_LIMIT_SECONDS
CELERY_BROKER_URL = ENV.redis_url
# Only parts of a split computation answer; jobs keep their results in their rows.
CELERY_TASK_IGNORE_RESULT = True
CELERY_RESULT_BACKEND = ENV.redis_url
CELERY_RESULT_EXPIRES = 3_600
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = JOB_HARD_LIMIT_SECONDS
CELERY_TASK_SOFT_TIME_LIMIT = JOB_HARD_LIMIT_SECONDS - 30
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 100
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
# Longer than the hard limit, or a long task would be handed out a second time while it still runs.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": JOB_HARD_LIMIT_SECONDS + 300,
    "unacked_restore_interval": 10,
    "socket_connect_timeout": 2,
}
CELERY_BEAT_SCHEDULE = {
    "jobs-reconcile": {"task": "jobs.tasks.jobs_reconcile", "schedule": 30.0},
    # Every hour, so that a reminder missed while nothing ran goes out soon; each goes out once.
    "audits-remind": {"task": "audits.tasks.remind", "schedule": crontab(minute="20")},
    # Every hour for the same reason; each person is told once a day at most.
    "workspace-news": {"task": "workspace.tasks.tell_news", "schedule": crontab(minute="35")},
    "records-verify": {"task": "records.tasks.history_verify", "schedule": crontab(hour="3", minute="40")},
    "records-anchor": {"task": "records.tasks.history_anchor", "schedule": crontab(hour="3", minute="10")},
}

# Look -------------------------------------------------------------------------------------------

CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
DJANGO_TABLES2_TEMPLATE = "common/table.html"
COUNTRIES_FIRST: list[str] = []
COUNTRIES_OVERRIDE = {"US": _("United States")}

# Operation --------------------------------------------------------------------------------------

DEFAULT_FROM_EMAIL = ENV.default_from_email
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"told": formatter(as_json=ENV.production)},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "told",
        }
    },
    "root": {"handlers": ["console"], "level": "WARNING" if ENV.stage == "test" else ENV.log_level},
}
