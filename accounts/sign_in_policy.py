"""What sign-in asks of people: which roles need a second factor, and how long a session lasts."""

from collections.abc import Iterable

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db.models import Case, Count, Exists, OuterRef, Q, QuerySet, Value, When

from accounts.models import SignInPolicy, User
from accounts.policies import UserPolicy
from accounts.roles import STAFF, Role
from common.recording import recorded
from common.versions import apply_changes, locked_at_version

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
ONLY = 1


def policy_current() -> SignInPolicy:
    """The policy in force: the saved one, else what the settings say (unsaved). One query."""
    saved = SignInPolicy.objects.filter(pk=ONLY).first()
    return saved or SignInPolicy(pk=ONLY, **_of_settings())


def policy_save(
    *, factor_roles: Iterable[str], idle_minutes: int, session_hours: int, version: int, actor: User | None
) -> SignInPolicy:
    """Change the policy. Who needs a second factor from now on is led to it with the next click.

    Raises:
        PermissionDenied: when the acting person is not an administrator.
        StaleRecord: when someone saved it in the meantime.
        ValidationError: for limits out of range.
    """
    UserPolicy.change.require(actor)
    with recorded(actor=actor):
        SignInPolicy.objects.get_or_create(pk=ONLY, defaults=_of_settings())
        row = locked_at_version(SignInPolicy.objects.all(), pk=ONLY, version=version)
        changes = {
            "factor_roles": [role.value for role in Role if role.value in set(factor_roles)],
            "idle_minutes": idle_minutes,
            "session_hours": session_hours,
        }
        apply_changes(row, changes)
        enrollment_refresh(User.objects.all(), policy=row)
    return row


def people_without_factor() -> list[tuple[str, int, int]]:
    """For each role of ours: its name, its active people, how many have no second factor. One query."""
    with_factor = Authenticator.objects.filter(user_id=OuterRef("pk"), type__in=FACTORS)
    people = User.objects.filter(is_active=True).annotate(without=~Exists(with_factor))
    counted = people.values("role").annotate(total=Count("pk"), lacking=Count("pk", filter=Q(without=True)))
    by_role = {row["role"]: (row["total"], row["lacking"]) for row in counted.order_by()}
    return [(str(role.label), *by_role.get(role.value, (0, 0))) for role in Role if role in STAFF]


def enrollment_refresh(people: QuerySet[User], *, policy: SignInPolicy | None = None) -> None:
    """Work out who of these has to enroll a second factor first. Two or three queries, one write at most."""
    policy = policy or policy_current()
    with_factor = Authenticator.objects.filter(user_id=OuterRef("pk"), type__in=FACTORS)
    needed = Case(When(role__in=policy.factor_roles, then=~Exists(with_factor)), default=Value(False))
    worked_out = people.annotate(needed=needed).values_list("pk", "must_enroll", "needed")
    changed = [(pk, bool(now)) for pk, before, now in worked_out if before != bool(now)]
    for outcome in (True, False):
        keys = [pk for pk, now in changed if now is outcome]
        if keys:
            with recorded():
                User.objects.filter(pk__in=keys).update(must_enroll=outcome)


def _of_settings() -> dict[str, object]:
    return {
        "factor_roles": list(settings.SIGN_IN_FACTOR_ROLES),
        "idle_minutes": settings.SIGN_IN_IDLE_MINUTES,
        "session_hours": settings.SIGN_IN_SESSION_HOURS,
    }
