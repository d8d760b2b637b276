"""Files on records: what is taken, who sees it, how it is handed out, and what the database keeps."""

import hashlib
import struct
import zipfile
import zlib
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from partners.models import Organization, Site, StandingDecision
from records.attaching import attachment_add, attachment_panel, attachment_remove
from records.context import recorded
from records.file_kinds import file_kind, safe_name
from records.models import Attachment, AttachmentContent, Entry
from records.refusals import Refused, refusals_raised
from records.signing.state import signatures_of
from tests import makers
from tests.records.declared import person, sign

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\nwhat was seen"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def png(width: int, height: int) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + struct.pack(">I", 13)
        + b"IHDR"
        + head
        + struct.pack(">I", zlib.crc32(b"IHDR" + head))
    )


def jpeg(width: int, height: int) -> bytes:
    """Application data, a table, then the frame, as cameras write it."""
    return (
        b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
        + b"\xff\xc4\x00\x05\x00\x00\x00"
        + b"\xff\xc0\x00\x11\x08"
        + struct.pack(">HH", height, width)
        + b"\x03\x01\x22\x00\x02\x11\x01\x03\x11\x01" * 2
    )


def office(part: str, **more: bytes) -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(part, "<x/>")
        for name, content in more.items():
            archive.writestr(name, content)
    return buffer.getvalue()


TAKEN = [
    ("report.pdf", PDF, "pdf"),
    ("PHOTO.PNG", png(4_000, 3_000), "png"),
    ("photo.jpeg", jpeg(4_000, 3_000), "jpeg"),
    ("table.xlsx", office("xl/workbook.xml"), "xlsx"),
    ("letter.docx", office("word/document.xml"), "docx"),
    ("rows.csv", "Größe;1\n".encode(), "csv"),
    ("rows.csv", "Größe;1\n".encode("cp1252"), "csv"),
    ("note.txt", b"seen on site", "txt"),
]
REFUSED = [
    ("empty.pdf", b"", "empty"),
    ("blank.txt", b" \n\x00", "empty"),
    ("page.html", b"<html>", "kind"),
    ("run.exe", b"MZ\x90", "kind"),
    ("report.pdf", png(10, 10), "other_content"),
    ("photo.png", PDF, "other_content"),
    ("table.xlsx", office("word/document.xml"), "other_content"),
    ("page.txt", b"\n<!DOCTYPE html><script>", "other_content"),
    ("picture.csv", b"<svg xmlns=''>", "other_content"),
    ("note.txt", b"a\x00b", "other_content"),
    ("macro.xlsx", office("xl/workbook.xml", **{"xl/vbaProject.bin": b"x"}), "macros"),
    ("bomb.xlsx", office("xl/workbook.xml", **{"xl/a.xml": b"0" * 30_000_000}), "container"),
    ("broken.docx", b"PK\x03\x04 nothing", "container"),
    ("large.png", png(50_000, 50_000), "pixels"),
    ("large.jpg", jpeg(60_000, 60_000), "pixels"),
    ("cut.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF", "damaged"),
    ("large.pdf", PDF + b"0" * 26 * 1024 * 1024, "too_large"),
]


@pytest.mark.parametrize(("name", "content", "kind"), TAKEN)
def test_files_are_known_by_their_content(name: str, content: bytes, kind: str) -> None:
    assert file_kind(name, content) == kind


@pytest.mark.parametrize(("name", "content", "code"), REFUSED)
def test_what_is_not_what_it_says_is_refused(name: str, content: bytes, code: str) -> None:
    with pytest.raises(Refused) as caught:
        file_kind(name, content)
    assert (caught.value.code, caught.value.field) == (code, "file")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\secret\\a\r\nb.pdf", "ab.pdf"),
        ("é" * 300 + ".pdf", "é" * 196 + ".pdf"),
        ("...", "file"),
    ],
)
def test_names_lose_folders_and_control_characters(given: str, kept: str) -> None:
    assert safe_name(given) == kept


@pytest.fixture
def site() -> Site:
    organization = Organization.objects.create(legal_name="Aster Biologics", kind="cdmo")
    return Site.objects.create(organization=organization, name="Aster Visp")


@pytest.fixture
def decision(site: Site) -> StandingDecision:
    return StandingDecision.objects.create(
        site=site, standing="qualified", occasion="initial", rationale="Audited.", decided_on="2026-11-01"
    )


def attach(record: Any, name: str = "report.pdf", content: bytes = PDF, **more: Any) -> Attachment:
    return attachment_add(record=record, file=BytesIO(content), name=name, actor=None, **more)


def client_of(role: Role) -> Client:
    client = Client()
    client.force_login(person(role, f"Somebody {role}"), backend=BACKEND)
    return client


def test_a_file_comes_back_as_a_download_and_never_inline(site: Site) -> None:
    attachment = attach(site, 'a"b\u2028é.pdf'.replace("\u2028", ""))
    response = client_of(Role.ASSESSOR).get(reverse("records:attachment", args=[attachment.pk]))
    assert response.content == PDF
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''a%22b")
    assert attachment.sha256 == hashlib.sha256(PDF).hexdigest()


def test_lists_never_load_the_bytes(site: Site, django_assert_num_queries: Any) -> None:
    for number in range(3):
        attach(site, f"{number}.pdf")
    user = person(Role.QA)
    with django_assert_num_queries(2) as queries:
        panel = attachment_panel(site, user)
    assert len(panel.attachments) == 3
    assert not any("records_attachmentcontent" in query["sql"] for query in queries.captured_queries)


def test_outsiders_do_not_learn_that_a_file_exists(site: Site) -> None:
    attachment = attach(site)
    outside = client_of(Role.PARTNER)
    there, nowhere = (
        reverse("records:attachment", args=[attachment.pk]),
        reverse("records:attachment", args=[0]),
    )
    assert [outside.get(there).status_code, outside.get(nowhere).status_code] == [404, 404]
    remove = reverse("records:attachment-remove", args=[attachment.pk])
    assert outside.post(remove).status_code == 404
    add = reverse("records:attachment-add", args=["partners", "site", site.pk])
    assert outside.post(add).status_code == 404
    assert client_of(Role.ASSESSOR).post(add).status_code == 403
    with pytest.raises(PermissionDenied):
        attachment_add(record=site, file=BytesIO(PDF), name="a.pdf", actor=person(Role.ASSESSOR))


def test_a_file_is_attached_and_removed_by_the_form(site: Site) -> None:
    client = client_of(Role.QA)
    address = reverse("records:attachment-add", args=["partners", "site", site.pk])
    upload = SimpleUploadedFile("scan.pdf", PDF)
    assert client.get(address).status_code == 200
    response = client.post(address, {"file": upload, "description": "Front page"})
    assert response["Location"] == reverse("workspace:site", args=[site.pk])
    attachment = Attachment.objects.of(site).get()
    assert (attachment.description, attachment.size) == ("Front page", len(PDF))
    client.post(reverse("records:attachment-remove", args=[attachment.pk]))
    assert not Attachment.objects.exists()
    assert not AttachmentContent.objects.exists()
    assert Entry.objects.filter(model="records.Attachment", op="D").get().reason == "removed: scan.pdf"


def test_a_refused_file_is_said_beside_the_field_and_the_description_stays(site: Site) -> None:
    address = reverse("records:attachment-add", args=["partners", "site", site.pk])
    upload = SimpleUploadedFile("scan.pdf", b"MZ\x90")
    response = client_of(Role.QA).post(address, {"file": upload, "description": "Front page"})
    assert response.status_code == 422
    body = response.content.decode()
    assert "the content is something else" in body
    assert "Front page" in body


def test_no_attachment_without_its_record_and_none_outlives_it(decision: StandingDecision) -> None:
    kept = attach(decision)
    for label, pk in (("partners.StandingDecision", 0), ("accounts.User", kept.uploaded_by_id or 1)):
        kept_again = Attachment(model=label, record_pk=pk, file_name="a.pdf", kind="pdf", size=1, sha256="0")
        kept_again.content_id = kept.content_id
        with pytest.raises(Refused, match="no longer there"), refusals_raised(), transaction.atomic():
            kept_again.save()
    decision.delete()
    assert not Attachment.objects.exists()
    assert not AttachmentContent.objects.exists()


@pytest.mark.parametrize(
    "statement",
    [
        "update records_attachment set sha256 = 'x'",
        "update records_attachment set record_pk = record_pk + 1",
        "update records_attachment set file_name = 'other.pdf'",
        "update records_attachmentcontent set content = 'x'",
    ],
)
def test_an_attached_file_is_never_exchanged(statement: str, site: Site) -> None:
    attach(site)
    with (
        pytest.raises(DatabaseError, match="never changed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_beyond_draft_a_file_is_removed_with_a_reason_only(decision: StandingDecision) -> None:
    attachment = attach(decision)
    with recorded(reason="in force"):
        StandingDecision.objects.filter(pk=decision.pk).update(state="effective")
    with pytest.raises(Refused, match="Say why"):
        attachment_remove(attachment=attachment, actor=None)
    with pytest.raises(Refused, match="Say why"), refusals_raised(), transaction.atomic():
        Attachment.objects.all().delete()
    attachment_remove(attachment=attachment, actor=None, reason="of another site")
    assert not Attachment.objects.exists()


def test_files_that_were_signed_stay(decision: StandingDecision) -> None:
    makers.agreement(decision.site)
    attachment = attach(decision)
    sign(decision, person(Role.QA))
    for act in (
        lambda: attach(decision, "more.pdf"),
        lambda: attachment_remove(attachment=attachment, actor=None, reason="no"),
        lambda: Attachment.objects.filter(pk=attachment.pk).update(description="other"),
        lambda: Attachment.objects.all()._raw_delete("default"),
    ):
        with pytest.raises(Refused, match="signed"), refusals_raised(), recorded(reason="a try"):
            act()
    assert [state.valid for state in signatures_of(decision)] == [True]
    panel = attachment_panel(decision, person(Role.QA, "Zoe"))
    assert (panel.locked, panel.form) == (True, None)
