"""Every address, as everyone, in every way of asking. The list of addresses comes from the URL resolver.

Every page is also asked how many queries it takes.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django.plugin import DjangoDbBlocker

from accounts.models import User
from accounts.policies import Permission
from accounts.roles import Role
from tests import makers
from tests.access_rows import ROWS
from tests.access_scene import CANARY, Actor, Scene, scene_build
from tests.access_scope import Row, Scope
from tests.audits.exchange import guest
from tests.databases import TestDatabases, pointing_at
from tests.widths import pages_too_wide

# By label of the actor: the key of a session and the secret of an access token, with a blank between.
type Sessions = dict[str, str]

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class Way(Enum):
    """How a browser asks."""

    GET = "GET"
    POST = "POST"
    HTMX = "htmx GET"


@dataclass(frozen=True)
class Address:
    name: str
    permission: Permission
    # Of an address of the API, where each method has its own.
    permissions: dict[str, Permission]

    @property
    def by_token(self) -> bool:
        return bool(self.permissions)

    def asked(self, way: Way) -> Permission:
        """What is asked of who comes this way."""
        return self.permissions.get("POST" if way is Way.POST else "GET", self.permission)


def addresses(resolver: URLResolver | None = None, namespace: str = "") -> Iterator[Address]:
    """Every named address below the resolver, with the permission that its view declares."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from addresses(pattern, inner)
        elif isinstance(pattern, URLPattern):
            view: Any = pattern.callback
            # A wrapped library view keeps its own class beside the permission that we gave it.
            holder = view if hasattr(view, "permission") else view.view_class
            permissions = getattr(holder, "permissions", {})
            yield Address(f"{namespace}{pattern.name}", holder.permission, permissions)


ALL = {address.name: address for address in addresses()}


@pytest.fixture(scope="module")
def scene(
    test_databases: TestDatabases,
    demo_database: str,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Scene]:
    name = test_databases.clone(demo_database)
    with django_db_blocker.unblock(), pointing_at(name):
        yield scene_build(Path(tmp_path_factory.mktemp("demo")))
    test_databases.drop(name)


@pytest.fixture(scope="module")
def sessions(scene: Scene) -> Sessions:
    """Everybody's session. Signing in costs as much as a page, and requests here leave no trace."""
    return {actor.label: session_of(actor.user) for actor in scene.actors if actor.user is not None}


def test_every_address_is_in_the_table_and_no_other() -> None:
    assert sorted(ALL) == sorted({row.partition("?")[0] for row in ROWS})


@pytest.mark.parametrize("name", sorted(ROWS))
def test_everyone_gets_what_their_role_allows(name: str, scene: Scene, sessions: Sessions) -> None:
    row = ROWS[name]
    address = ALL[name.partition("?")[0]]
    path = reverse(address.name, kwargs=row.kwargs(scene)) + row.query
    wrong = []
    for actor in scene.actors:
        for way in Way:
            shown = sessions.get(actor.label, "")
            status, location = ask(path, shown if address.by_token else shown.partition(" ")[0], way)
            expected = expectation(row.asks or address.asked(way), row, actor, way, by_token=address.by_token)
            # "Not this way of asking" is said of the address, whoever asks.
            if status != 405 and not expected(status, location):
                wrong.append(f"{actor.label}, {way.value}: {status} {location}")
    assert not wrong, chr(10).join(wrong)


@pytest.mark.parametrize(
    "name", sorted(name for name, row in ROWS.items() if row.scope not in (Scope.PROGRAM, Scope.SEAT))
)
def test_no_page_gives_a_program_away_to_outsiders(name: str, scene: Scene, sessions: Sessions) -> None:
    row = ROWS[name]
    path = reverse(name, kwargs=row.kwargs(scene))
    canaries = (scene.program.name, scene.program.product, f"/{scene.program.code}/")
    leaks = []
    for actor in scene.actors:
        if actor.member or actor.user is None or not actor.enabled:
            continue
        client = client_with(sessions[actor.label])
        # Only parts are searched for, since a page may repeat what was typed.
        for query in ("", f"?q={scene.program.code[:-1]}", f"?q={scene.program.name.split()[-1]}"):
            body = client.get(path + query).content.decode(errors="replace")
            leaks += [f"{actor.label} {query}: {canary}" for canary in canaries if canary in body]
    assert not leaks, chr(10).join(leaks)


@pytest.mark.parametrize("name", sorted(ROWS))
def test_no_page_shows_a_score_of_an_open_panel(name: str, scene: Scene, sessions: Sessions) -> None:
    """An assessor's comment is nobody else's business before the panel closes, administrators included."""
    row = ROWS[name]
    path = reverse(name.partition("?")[0], kwargs=row.kwargs(scene)) + row.query
    for who in ("administrator inside", "sourcing inside"):
        response = client_with(sessions[who]).get(path)
        body = response.getvalue() if response.streaming else response.content
        assert CANARY.encode() not in body, who


MOST_QUERIES = 12


@pytest.mark.parametrize("name", sorted(ROWS))
def test_no_page_takes_more_than_twelve_queries(name: str, scene: Scene, sessions: Sessions) -> None:
    row = ROWS[name]
    address = ALL[name.partition("?")[0]]
    path = reverse(address.name, kwargs=row.kwargs(scene)) + row.query
    inside = (actor for actor in scene.actors if actor.member and actor.enabled)
    # Quality sees most rooms in the rail and most actions on a page.
    allowed = sorted(
        (actor for actor in inside if address.permission.allows(actor.person())),
        key=lambda actor: not actor.label.startswith("qa"),
    )
    if not allowed:
        return
    client = client_with(sessions[allowed[0].label])
    # In a transaction no ranking is kept from before, so that the first request of a day is what counts.
    with transaction.atomic():
        first = client.get(path)
        told = first.headers.get("Content-Type", "")
        if first.status_code == 200 and ("html" in told or address.by_token):
            with CaptureQueriesContext(connection) as queries:
                client.get(path)
            assert len(queries) <= MOST_QUERIES, chr(10).join(each["sql"][:160] for each in queries)
        transaction.set_rollback(True)


# Shows a table that scrolls.
SCROLLING = frozenset({"gallery"})


def test_no_page_is_wider_than_its_window(scene: Scene, sessions: Sessions) -> None:
    """Every page, in French, whose words are the longer ones."""
    pages = {}
    for name, row in ROWS.items():
        address = ALL[name.partition("?")[0]]
        path = reverse(address.name, kwargs=row.kwargs(scene)) + row.query
        with transaction.atomic():
            client = browser_for(address, scene, sessions)
            if client is None:
                continue
            client.cookies[settings.LANGUAGE_COOKIE_NAME] = "fr"
            response = client.get(path)
            if response.status_code == 200 and "html" in response.headers.get("Content-Type", ""):
                pages[name] = response.text
            transaction.set_rollback(True)
    assert len(pages) > 150
    wrong = pages_too_wide(pages, SCROLLING)
    assert not wrong, chr(10).join(wrong)


def browser_for(address: Address, scene: Scene, sessions: Sessions) -> Client | None:
    """The browser of somebody who may see the page: quality before others, a guest where one is invited."""
    if address.permission.invited:
        return guest(scene.exchange.invited)
    inside = (actor for actor in scene.actors if actor.member and actor.enabled)
    allowed = [actor for actor in inside if address.permission.allows(actor.person())]
    who = min(allowed, key=lambda actor: not actor.label.startswith("qa"), default=None)
    return client_with(sessions[who.label]) if who else None


def session_of(user: User) -> str:
    """The key of a new session of this person."""
    client = client_with()
    client.force_login(user, backend=BACKEND)
    return f"{client.cookies[settings.SESSION_COOKIE_NAME].value} {makers.token(user)}"


def client_with(session: str = "") -> Client:
    """A browser that shows this session and sends this access token, or neither; pages look at no token."""
    key, _, secret = session.partition(" ")
    client = Client(headers={"host": "127.0.0.1"} | ({"authorization": f"Bearer {secret}"} if secret else {}))
    if key:
        client.cookies[settings.SESSION_COOKIE_NAME] = key
    return client


def ask(path: str, session: str, way: Way) -> tuple[int, str]:
    """The answer's status and where it sends the browser. Whatever the request wrote is rolled back."""
    client = client_with(session)
    with transaction.atomic():
        if way is Way.POST:
            response = client.post(path)
        else:
            headers = {"HX-Request": "true"} if way is Way.HTMX else {}
            response = client.get(path, headers=headers)
        if getattr(response, "streaming", False):
            response.getvalue()
        transaction.set_rollback(True)
    return response.status_code, response.headers.get("Location") or response.headers.get("HX-Redirect") or ""


def expectation(
    permission: Permission, row: Row, actor: Actor, way: Way, *, by_token: bool = False
) -> Callable[[int, str], bool]:
    """What the answer must look like."""
    scope = row.scope
    if permission.invited:
        # Nobody here came by an invitation; what one opens is tried in tests/audits/test_portal_access.py.
        return lambda status, _location: status == 404
    if not actor.signed_in and not permission.public:
        if by_token:
            return lambda status, _location: status in {401, 429}
        if way is Way.HTMX:
            return lambda status, location: status == 401 and "sign-in" in location
        return lambda status, location: status == 302 and "sign-in" in location
    if scope in (Scope.PROGRAM, Scope.SEAT) and not actor.member:
        refusal = 403 if row.role_first and not permission.allows(actor.person()) else 404
        return lambda status, _location: status == refusal
    if not permission.allows(actor.person()):
        allowed = {403} if scope is not Scope.ROWS else {403, 404}
        return lambda status, _location: status in allowed
    if scope is Scope.DECLARED:
        if actor.user is not None and actor.user.role == Role.PARTNER:
            return lambda status, _location: status == 404
        return lambda status, _location: status < 500 and status not in {401, 404}
    if scope is Scope.SEAT and not actor.seated:
        return lambda status, _location: status == 404
    if scope is Scope.OWNER:
        return lambda status, _location: status < 500
    refused = {401, 403} if row.empty_form_finds_nothing and way is Way.POST else {401, 403, 404}
    return lambda status, _location: status < 500 and status not in refused
