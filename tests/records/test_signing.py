"""Signing: who may, what is asked, what is locked by it, and what makes a signature void."""

import contextlib
import json
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from partners.models import Capability, Organization, Site
from records.attaching import attachment_add
from records.context import recorded
from records.models import Attachment, Entry, Signature
from records.refusals import Refused, refusals_raised
from records.signing.credentials import SigningSession
from records.signing.proof import proof_tell
from records.signing.services import signature_add, signature_withdraw, signing_offer
from records.signing.state import is_locked, is_signed, signature_state, signatures_of
from tests.records.declared import APPROVED, AUTHORED, PASSWORD, person, session, sign

COPIED = (
    "model",
    "record_pk",
    "part",
    "revision",
    "content",
    "content_sha256",
    "locks",
    "covers_attachments",
)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("trusted")]


@pytest.fixture(autouse=True)
def quick_and_forgetful(settings: Any) -> None:
    """Hashing is made cheap, failed attempts of earlier tests are forgotten."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()


@pytest.fixture
def author(db: None) -> User:
    return person()


@pytest.fixture
def approver(db: None) -> User:
    return person(Role.QA, "Bea Summer")


@pytest.fixture
def organization(db: None) -> Organization:
    with recorded(reason="as told on the phone"):
        made = Organization.objects.create(legal_name="Aster Biologics", country="CH", kind="cdmo")
        site = Site.objects.create(organization=made, name="Aster Visp", city="Visp", latitude="46.29000")
        Capability.objects.create(site=site, modality="monoclonal antibody", operation="fill-finish")
    return made


def test_a_signature_says_who_when_what_and_of_which_content(
    organization: Organization, author: User
) -> None:
    made = sign(organization, author)
    state = signature_state(made)
    assert (state.printed_name, state.meaning, state.valid) == ("Ada Winter", "authored", True)
    assert "UTC" in state.signed_at_text
    assert len(state.content_sha256) == 64
    entry = Entry.objects.filter(model="records.Signature").get()
    assert (entry.actor_id, entry.reason) == (author.pk, "signed: authored")


CHANGES: list[Callable[[Organization], object]] = [
    lambda o: Organization.objects.filter(pk=o.pk).update(legal_name="Other"),
    lambda o: Organization.objects.filter(pk=o.pk).update(id=o.pk + 1000),
    lambda o: Organization.objects.filter(pk=o.pk)._raw_delete("default"),
    lambda o: Site.objects.filter(organization=o).update(city="Basel"),
    lambda o: Site.objects.filter(organization=o)._raw_delete("default"),
    lambda o: Site.objects.create(organization=o, name="One more"),
    lambda o: Site.objects.bulk_create([Site(organization=o, name="One more", name_key="one more")]),
    lambda o: Capability.objects.filter(site__organization=o).update(stated_limits="none"),
    lambda o: Capability.objects.filter(site__organization=o).delete(),
    lambda o: Capability.objects.create(site=o.sites.get(), operation="storage"),
    lambda o: Capability.objects.filter(site__organization=o).update(
        site=Site.objects.create(organization=Organization.objects.create(legal_name="B"), name="B")
    ),
]


class TakenBack(Exception):
    """Ends a block and takes back what it did."""


def tried_and_taken_back(change: Callable[[Organization], object], organization: Organization) -> None:
    with contextlib.suppress(TakenBack), recorded(reason="free before"):
        change(organization)
        raise TakenBack


@pytest.mark.parametrize("change", CHANGES)
def test_what_was_signed_is_locked(
    change: Callable[[Organization], object], organization: Organization, author: User
) -> None:
    tried_and_taken_back(change, organization)
    sign(organization, author)
    assert is_locked(organization)
    with (
        pytest.raises(Refused, match="can no longer be changed"),
        refusals_raised(),
        recorded(reason="a try"),
    ):
        change(organization)
    assert [state.valid for state in signatures_of(organization)] == [True]


def test_the_files_of_its_children_are_locked_with_it(organization: Organization, author: User) -> None:
    photo = attach(organization.sites.get())
    elsewhere = Site.objects.create(organization=Organization.objects.create(legal_name="B"), name="B")
    made = sign(organization, author)
    assert json.loads(made.content)["children"]["sites"][0]["children"]["attachments"][0]["pk"] == photo.pk
    for act in (
        lambda: attach(organization.sites.get()),
        lambda: Attachment.objects.filter(pk=photo.pk).delete(),
        lambda: Attachment.objects.filter(pk=photo.pk).update(description="Other"),
    ):
        with pytest.raises(Refused, match="signed"), refusals_raised(), recorded(reason="a try"):
            act()
    attach(elsewhere)
    assert signature_state(made).valid


def attach(record: Site) -> Attachment:
    return attachment_add(record=record, file=BytesIO(b"%PDF-1.7"), name="photo.pdf", actor=None)


def test_the_workflow_around_it_goes_on(organization: Organization, author: User) -> None:
    sign(organization, author)
    with recorded(reason="told by the finance department"):
        Organization.objects.filter(pk=organization.pk).update(
            website="https://aster.example", kind="packager"
        )
        Site.objects.filter(organization=organization).update(standing="active")
    organization.refresh_from_db()
    assert (organization.kind, organization.website) == ("packager", "https://aster.example")
    assert signatures_of(organization)[0].valid


def test_another_record_is_not_locked_by_it(organization: Organization, author: User) -> None:
    sign(organization, author)
    other = Organization.objects.create(legal_name="Birch")
    Organization.objects.filter(pk=other.pk).update(legal_name="Birch Labs")
    assert not is_locked(other)


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as caught, refusals_raised(), transaction.atomic():
        act()
    return str(caught.value.code)


def attempt(
    organization: Organization, actor: User, here: SigningSession | None = None, **more: Any
) -> Signature:
    here = here or session()
    meaning = more.pop("meaning", AUTHORED)
    offer = signing_offer(organization, part="record", meaning=meaning, actor=actor, session=here)
    told = {"password": PASSWORD, "email": actor.email, "ticket": offer.ticket, "session": here, **more}
    return signature_add(record=organization, meaning=meaning, actor=actor, **told)


def test_the_password_is_asked_every_time_and_the_address_first(
    organization: Organization, author: User
) -> None:
    assert refused(lambda: attempt(organization, author, password="wrong")) == "password"
    assert refused(lambda: attempt(organization, author, email="")) == "email"
    in_series = session(confirmed_at=timezone.now() - timedelta(minutes=5))
    assert refused(lambda: attempt(organization, author, in_series, email="", password="")) == "password"
    after_a_pause = session(confirmed_at=timezone.now() - timedelta(hours=1))
    assert refused(lambda: attempt(organization, author, after_a_pause, email="")) == "email"
    assert not Signature.objects.exists()
    assert attempt(organization, author, in_series, email="").pk


def test_after_five_failures_even_the_right_password_waits(organization: Organization, author: User) -> None:
    for _ in range(5):
        assert refused(lambda: attempt(organization, author, password="wrong")) == "password"
    assert refused(lambda: attempt(organization, author)) == "throttled"


def test_an_old_session_cannot_sign(organization: Organization, author: User) -> None:
    old = session(signed_in_at=timezone.now() - timedelta(hours=13))
    assert refused(lambda: attempt(organization, author, old)) == "session"
    assert refused(lambda: attempt(organization, author, session(signed_in_at=None))) == "session"


def test_an_idle_page_cannot_sign(organization: Organization, author: User) -> None:
    here = session()
    offer = signing_offer(organization, part="record", meaning=AUTHORED, actor=author, session=here)
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert refused(lambda: attempt(organization, author, here, ticket=offer.ticket)) == "idle"


def test_a_ticket_is_good_for_one_person_session_meaning_and_content(
    organization: Organization, author: User, approver: User
) -> None:
    here = session()
    offer = signing_offer(organization, part="record", meaning=AUTHORED, actor=author, session=here)
    assert refused(lambda: attempt(organization, approver, ticket=offer.ticket)) == "ticket"
    elsewhere = session(key="another session")
    assert refused(lambda: attempt(organization, author, elsewhere, ticket=offer.ticket)) == "ticket"
    assert refused(lambda: attempt(organization, author, here, ticket="forged")) == "ticket"
    with recorded(reason="meanwhile"):
        organization.sites.update(city="Basel")
    assert refused(lambda: attempt(organization, author, here, ticket=offer.ticket)) == "changed"


def test_replaying_a_request_fails_even_after_the_signature_was_withdrawn(
    organization: Organization, author: User
) -> None:
    here = session()
    offer = signing_offer(organization, part="record", meaning=AUTHORED, actor=author, session=here)
    made = attempt(organization, author, here, ticket=offer.ticket)
    assert refused(lambda: attempt(organization, author, here, ticket=offer.ticket)) == "signed"
    signature_withdraw(signature=made, actor=author, reason="a figure was missing")
    code = refused(lambda: attempt(organization, author, here, ticket=offer.ticket))
    assert code == "records_signature_nonce_key"


def test_author_and_approver_differ_and_keep_the_order(
    organization: Organization, approver: User, author: User
) -> None:
    assert refused(lambda: attempt(organization, approver, meaning=APPROVED)) == "order"
    sign(organization, approver)
    assert refused(lambda: attempt(organization, approver, meaning=APPROVED)) == "same_person"
    sign(organization, person(Role.QA, "Cleo Autumn"), APPROVED)
    assert is_signed(organization, APPROVED)
    assert refused(lambda: attempt(organization, author, meaning=AUTHORED)) == "signed"


def test_the_database_itself_keeps_author_and_approver_apart(
    organization: Organization, approver: User
) -> None:
    made = sign(organization, approver)
    made.pk, made.meaning, made.nonce = None, "approved", "another"
    proof_tell(made)
    with pytest.raises(IntegrityError, match="signature_once_per_person"):
        made.save(force_insert=True)


def test_a_role_signs_only_in_the_meanings_declared(
    organization: Organization, author: User, approver: User
) -> None:
    sign(organization, person(Role.PARTNER, "Dora Contact"))
    with pytest.raises(PermissionDenied):
        attempt(organization, author, meaning=APPROVED)
    with pytest.raises(PermissionDenied):
        attempt(organization, person(Role.EXECUTIVE, "Eve Chief"))
    with pytest.raises(PermissionDenied):
        attempt(organization, approver, meaning=Signature.Meaning.REVIEWED)


def test_a_signature_is_withdrawn_with_a_reason_until_it_is_approved(
    organization: Organization, author: User, approver: User
) -> None:
    made = sign(organization, author)
    with pytest.raises(PermissionDenied):
        signature_withdraw(signature=made, actor=person(name="Someone Else"), reason="no")
    assert refused(lambda: signature_withdraw(signature=made, actor=approver, reason=" ")) == "reason"
    signature_withdraw(signature=made, actor=approver, reason="the address is wrong")
    assert not is_locked(organization)
    with recorded(reason="corrected"):
        organization.sites.update(city="Basel")
    again = sign(organization, author)
    sign(organization, approver, APPROVED)
    code = refused(lambda: signature_withdraw(signature=again, actor=author, reason="late"))
    assert code == "signature_kept"


@pytest.mark.parametrize(
    "statement",
    [
        "update records_signature set printed_name = 'Somebody'",
        "update records_signature set meaning = 'reviewed'",
        "update records_signature set locks = false",
        "update records_signature set content = '{}'",
        "update records_signature set record_pk = record_pk + 1",
        "update records_signature set withdrawn_at = now()",
        "update records_signature set withdrawn_at = now(), withdrawn_by_id = user_id, locks = false",
        "delete from records_signature",
        "truncate records_signature",
        "insert into records_signature (model, record_pk, part, revision, user_id, printed_name, meaning, "
        "content, content_sha256, locks, covers_attachments, nonce) select model, 4711, part, revision, "
        "user_id, printed_name, meaning, content, content_sha256, locks, covers_attachments, 'x' "
        "from records_signature",
    ],
)
def test_a_signature_stands_for_good(statement: str, organization: Organization, author: User) -> None:
    sign(organization, author)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_password_of_the_database_alone_signs_nothing(organization: Organization, author: User) -> None:
    """As the application's role: with every value right, it is refused without the product's proof."""
    victim = person(name="Never Asked")
    forge = (
        "insert into records_signature (model, record_pk, part, revision, user_id, printed_name, meaning, "
        "content, content_sha256, locks, covers_attachments, nonce) select model, record_pk, part, revision, "
        "%s, %s, 'approved', content, content_sha256, locks, covers_attachments, %s from records_signature"
    )
    made = sign(organization, author)

    def tried(nonce: str) -> str:
        with pytest.raises(IntegrityError) as caught, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(forge, [victim.pk, victim.full_name, nonce])
        return str(caught.value.__cause__.diag.constraint_name)  # type: ignore[union-attr]

    # In the transaction of a real signature its proof still stands: it fits no other row.
    assert tried("forged") == "signature_proof"
    with connection.cursor() as cursor:
        cursor.execute("select set_config('cmo_eval.signing_proof', '', true)")
    assert tried("forged") == "signature_proof"
    for statement in (
        "select * from vault.signing",
        "update vault.signing set only_one = true",
        "alter table records_signature disable trigger trust_proof",
        "create or replace function history.require_proof() returns trigger language plpgsql "
        "as 'begin return new; end'",
    ):
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    # The same insert with the proof goes through: nothing else stood in its way.
    forged = Signature(
        **{name: getattr(made, name) for name in COPIED},
        user=victim,
        printed_name="Never Asked",
        meaning=APPROVED,
        nonce="n",
    )
    proof_tell(forged)
    forged.save(force_insert=True)


def test_a_copy_does_not_verify(organization: Organization, author: User) -> None:
    made = sign(organization, author)
    with recorded(reason="copied"):
        copy = Organization.objects.create(legal_name="Aster Biologics", country="CH", kind="cdmo")
    made.pk, made.record_pk, made.nonce, made.user = None, copy.pk, "another", person(name="A Forger")
    # Even one who has the product's own key gains nothing.
    proof_tell(made)
    made.save(force_insert=True)
    state = signatures_of(copy)[0]
    assert not state.valid
    assert "Pk" in {each.label for each in state.altered}
