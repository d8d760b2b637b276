"""Sessions: listed, limited, ended. What a session knows of its own limits stands in the session itself."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import structlog
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone

from accounts.models import SignedIn, User
from accounts.sign_in_policy import policy_current

log = structlog.get_logger(__name__)

HELD = "sign_in"
# In a visitor's session: the language was chosen there, so signing in keeps it.
LANGUAGE_CHOSEN = "language_chosen"
# Set on a request that ends a session.
HAS_SIGNED_OUT = "has_signed_out"
# Being there is noted at most this often.
SEEN_SECONDS = 60


@dataclass(frozen=True)
class ListedSession:
    """A session as its owner sees it."""

    row: SignedIn
    current: bool
    means: tuple[str, ...]


def session_begin(request: HttpRequest, user: User) -> None:
    """Note a new session and its limits, which stay as they were at sign-in."""
    policy = policy_current()
    if not request.session.session_key:
        request.session.create()
    now = timezone.now()
    means = _means(request, user)
    _purge(user)
    row, _ = SignedIn.objects.update_or_create(
        session_key=request.session.session_key,
        defaults={
            "user": user,
            "began_at": now,
            "seen_at": now,
            "address": _address(request),
            "browser": request.META.get("HTTP_USER_AGENT", "")[:200],
            "means": ",".join(means)[:60],
        },
    )
    request.session[HELD] = {
        "row": row.pk,
        "key": request.session.session_key,
        "began": now.timestamp(),
        "seen": now.timestamp(),
        "idle": policy.idle_minutes * 60,
        "longest": policy.session_hours * 3600,
    }
    log.info("signed_in", user=user.pk, means=means)


def session_limit_passed(request: HttpRequest) -> str:
    """Which limit this session has passed: "idle", "longest", "" for none. Notes that somebody is there."""
    held: dict[str, Any] | None = request.session.get(HELD)
    now = time.time()
    if held is None:
        # From before the limits existed.
        session_begin(request, _person(request))
        return ""
    if now - held["began"] > held["longest"]:
        return "longest"
    if now - held["seen"] > held["idle"]:
        return "idle"
    if now - held["seen"] > SEEN_SECONDS:
        SignedIn.objects.filter(pk=held["row"]).update(seen_at=datetime.fromtimestamp(now, UTC))
        request.session[HELD] = held | {"seen": now}
    return ""


def session_follow(request: HttpRequest) -> None:
    """Keep the row with its session when the key of the session has changed (a new password, a portal)."""
    held: dict[str, Any] | None = request.session.get(HELD)
    key = request.session.session_key
    if held is None or not key or key == held["key"] or SESSION_KEY not in request.session:
        return
    SignedIn.objects.filter(pk=held["row"]).update(session_key=key)
    request.session[HELD] = held | {"key": key}


def sessions_of(user: User, *, current_key: str = "") -> list[ListedSession]:
    """The sessions of a person that are alive, the latest first. Two queries, three when some ended."""
    _purge(user)
    rows = SignedIn.objects.filter(user=user)
    return [
        ListedSession(row, row.session_key == current_key, tuple(filter(None, row.means.split(","))))
        for row in rows
    ]


def session_end(*, row: SignedIn, actor: User) -> None:
    """End one session of one's own.

    Raises:
        PermissionDenied: when it is somebody else's.
    """
    if row.user_id != actor.pk:
        raise PermissionDenied
    Session.objects.filter(session_key=row.session_key).delete()
    row.delete()


def sessions_end(*, user: User, keep: str = "") -> int:
    """Sign a person out everywhere, except in the session with the key to keep. Returns how many ended.

    A session does not name its person in a column, and those that a library made have no row of ours, so all
    that are alive are read.
    """
    alive = Session.objects.filter(expire_date__gt=timezone.now()).iterator(chunk_size=1000)
    mine = [row.pk for row in alive if row.get_decoded().get(SESSION_KEY) == str(user.pk)]
    ended = [key for key in mine if key != keep]
    Session.objects.filter(pk__in=ended).delete()
    SignedIn.objects.filter(user=user).exclude(session_key=keep).delete()
    return len(ended)


def _purge(user: User) -> None:
    """Forget rows whose session is gone. One query, two when there are some."""
    gone = SignedIn.objects.filter(user=user).exclude(
        session_key__in=Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    )
    keys = list(gone.values_list("pk", flat=True))
    if keys:
        SignedIn.objects.filter(pk__in=keys).delete()


def _means(request: HttpRequest, user: User) -> list[str]:
    records: Iterable[dict[str, Any]] = get_authentication_records(request, user)
    told = [str(each.get("type") or each["method"]) for each in records]
    return list(dict.fromkeys(told))


def _address(request: HttpRequest) -> str | None:
    try:
        return str(get_adapter().get_client_ip(request))
    except PermissionDenied:
        return None


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
