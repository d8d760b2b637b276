"""People who sign in, by e-mail, and what other systems sign in with in their name."""

import uuid
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.querysets import AccessTokenQuerySet
from accounts.roles import Role
from common.models import Versioned
from common.recording import recorded


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a person; the address is kept in lower case, since people type it either way."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save(using=self._db)
        return user

    def create_superuser(self, *, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create an administrator, who makes all other people: what `manage.py createsuperuser` calls."""
        # `sign_in_policy.policy_current` stands above this module.
        saved = SignInPolicy.objects.first()
        needing = saved.factor_roles if saved else settings.SIGN_IN_FACTOR_ROLES
        role = Role.ADMINISTRATOR
        with recorded():
            return self.create_user(email, password, role=role, must_enroll=role in needing, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person. One role each; programs they belong to are memberships (`programs`)."""

    email = models.EmailField(_("e-mail address"), unique=True)
    full_name = models.CharField(_("full name"), max_length=150)
    role = models.CharField(_("role"), max_length=20, choices=Role, default=Role.ASSESSOR)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, default="en")
    is_active = models.BooleanField(_("active"), default=True)
    is_demo = models.BooleanField(_("demonstration account"), default=False, editable=False)
    # Kept with the person, whom every request reads anyway, so that no request asks for the policy.
    must_enroll = models.BooleanField(
        _("needs a second factor first"), default=False, db_default=False, editable=False
    )
    created_at = models.DateTimeField(_("created at"), db_default=Now(), editable=False)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["full_name"]

    def __str__(self) -> str:
        return self.full_name or self.email


class SignInPolicy(Versioned):
    """What an administrator asks of sign-in. One row; while there is none, the settings hold."""

    IDLE_MINUTES = (5, 720)
    SESSION_HOURS = (1, 24)

    factor_roles = ArrayField(
        models.CharField(max_length=20, choices=Role),
        verbose_name=_("roles that need a second factor"),
        default=list,
        blank=True,
    )
    idle_minutes = models.PositiveSmallIntegerField(
        _("minutes without activity"),
        validators=[MinValueValidator(IDLE_MINUTES[0]), MaxValueValidator(IDLE_MINUTES[1])],
    )
    session_hours = models.PositiveSmallIntegerField(
        _("longest session in hours"),
        validators=[MinValueValidator(SESSION_HOURS[0]), MaxValueValidator(SESSION_HOURS[1])],
    )

    class Meta:
        verbose_name = _("sign-in policy")
        verbose_name_plural = _("sign-in policies")
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="accounts_signinpolicy_only_one"),
            models.CheckConstraint(
                condition=models.Q(idle_minutes__range=(5, 720)), name="accounts_signinpolicy_idle"
            ),
            models.CheckConstraint(
                condition=models.Q(session_hours__range=(1, 24)), name="accounts_signinpolicy_hours"
            ),
        ]

    def __str__(self) -> str:
        return str(_("Sign-in policy"))


class SignedIn(models.Model):
    """A session of a person, so that it can be listed and ended. The session itself is Django's."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+", verbose_name=_("person"))
    session_key = models.CharField(_("key of the session"), max_length=40, unique=True, editable=False)
    began_at = models.DateTimeField(_("signed in"))
    seen_at = models.DateTimeField(_("last seen"))
    address = models.GenericIPAddressField(_("address"), null=True)
    browser = models.CharField(_("browser"), max_length=200, blank=True)
    # How the person proved who they are, in the order of asking: "password,totp".
    means = models.CharField(_("means of sign-in"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["-seen_at"]

    def __str__(self) -> str:
        return f"{self.user_id} {self.began_at:%Y-%m-%d %H:%M}"


class AccessToken(models.Model):
    """What another system asks with, in the name of the person who made it.

    Only the SHA-256 of the secret is kept. A token stays after its end, since the history names it.
    """

    class Scope(models.TextChoices):
        READ = "read", _("read")
        IMPORT = "import", _("hand in imports")

    user = models.ForeignKey(
        User, models.PROTECT, related_name="access_tokens", verbose_name=_("person"), editable=False
    )
    entry_key = models.UUIDField(_("entry key"), default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("name"), max_length=80)
    scopes = ArrayField(models.CharField(max_length=10, choices=Scope), verbose_name=_("may"))
    token_sha256 = models.CharField(_("hash of the secret"), max_length=64, unique=True, editable=False)
    # Tells two tokens apart, and whether one that was found somewhere is still in force.
    ending = models.CharField(_("last characters"), max_length=4, editable=False)
    created_at = models.DateTimeField(_("created at"), db_default=Now(), editable=False)
    expires_at = models.DateTimeField(_("expires"))
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)
    revoked_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("revoked by"),
        editable=False,
    )

    objects = AccessTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("access token")
        verbose_name_plural = _("access tokens")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(scopes__contained_by=["read", "import"]) & ~models.Q(scopes=[]),
                name="access_token_scopes",
                violation_error_message=_("A token may read, hand in imports, or both."),
            ),
            models.CheckConstraint(
                condition=models.Q(
                    expires_at__gt=models.F("created_at"),
                    # A year from the day it was made, to the end of the last day.
                    expires_at__lte=models.F("created_at") + timedelta(days=366),
                ),
                name="access_token_expiry",
                violation_error_message=_("A token ends within a year."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def through(self) -> str:
        """How the history names it beside the person: by number, since names repeat."""
        return f"access token {self.pk}: {self.name}"

    @property
    def expires_on(self) -> date:
        """The last day on which it is good."""
        return (self.expires_at - timedelta(microseconds=1)).date()

    @property
    def is_in_force(self) -> bool:
        """Neither revoked nor expired, now."""
        return self.state_at(timezone.now()) == "in_force"

    def state_at(self, moment: datetime) -> str:
        """`revoked`, `expired` or `in_force`."""
        if self.revoked_at is not None:
            return "revoked"
        return "in_force" if self.expires_at > moment else "expired"
