"""What a document may load while it is rendered."""

import base64
from pathlib import Path

import pytest

from reports.paper.document import Document
from reports.paper.fetcher import STATIC_BASE, FetchRefused, StaticFetcher
from reports.paper.press import RenderingFailed, pdf_print

STATIC = Path(__file__).parents[2] / "static"


@pytest.fixture
def fetcher() -> StaticFetcher:
    return StaticFetcher([STATIC])


def test_a_static_file_is_served_with_its_type(fetcher: StaticFetcher) -> None:
    response = fetcher.fetch(f"{STATIC_BASE}css/report.css")
    assert response.content_type == "text/css"
    assert response.read() == (STATIC / "css/report.css").read_bytes()


def test_a_data_address_is_served(fetcher: StaticFetcher) -> None:
    encoded = base64.b64encode(b"hello").decode()
    assert fetcher.fetch(f"data:text/plain;base64,{encoded}").read() == b"hello"


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "FILE:///etc/passwd",
        f"file://{STATIC}/css/report.css",
        "http://127.0.0.1:1/",
        "http://report.invalid/static/css/report.css",
        "https://report.invalid/secret.css",
        "https://report.invalid.example/static/css/report.css",
        "https://user@report.invalid/static/css/report.css",
        "ftp://127.0.0.1/x.css",
        "gopher://127.0.0.1/x.css",
        "blob:https://report.invalid/static/css/report.css",
        "//report.invalid/static/css/report.css",
        "/etc/passwd",
        "css/report.css",
        "",
        " data:text/plain,x",
        f"{STATIC_BASE}",
        f"{STATIC_BASE}css",
        f"{STATIC_BASE}css/nothing.css",
        f"{STATIC_BASE}../pyproject.toml",
        f"{STATIC_BASE}css/../../pyproject.toml",
        f"{STATIC_BASE}css/../css/report.css",
        f"{STATIC_BASE}%2e%2e/pyproject.toml",
        f"{STATIC_BASE}..%2fpyproject.toml",
        f"{STATIC_BASE}..%5cpyproject.toml",
        f"{STATIC_BASE}/etc/passwd",
        f"{STATIC_BASE}%2fetc%2fpasswd",
        f"{STATIC_BASE}css/report.css?x=1",
        f"{STATIC_BASE}css/report.css#x",
        f"{STATIC_BASE}css/report.css%00",
        f"{STATIC_BASE}icons.LICENSE",
        "data:no-comma",
    ],
)
def test_everything_else_is_refused(fetcher: StaticFetcher, address: str) -> None:
    with pytest.raises(FetchRefused):
        fetcher.fetch(address)


def test_a_link_that_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    root, secret = tmp_path / "static", tmp_path / "secret.css"
    root.mkdir()
    secret.write_text("secret")
    (root / "inside.css").symlink_to(secret)
    with pytest.raises(FetchRefused):
        StaticFetcher([root]).fetch(f"{STATIC_BASE}inside.css")


def test_a_font_is_unpacked_once_and_then_read(tmp_path: Path) -> None:
    address = f"{STATIC_BASE}fonts/SourceSans3-It.woff2"
    first = StaticFetcher([STATIC], tmp_path).fetch(address).read()
    (kept,) = tmp_path.iterdir()
    assert kept.read_bytes() == first
    assert first[:4] == b"\0\1\0\0"
    kept.write_bytes(b"read from here")
    assert StaticFetcher([STATIC], tmp_path).fetch(address).read() == b"read from here"


@pytest.mark.parametrize(
    "markup",
    [
        '<img src="file:///etc/passwd">',
        '<img src="http://127.0.0.1:1/x.png">',
        '<img src="../pyproject.toml">',
        '<link rel="stylesheet" href="file:///etc/passwd">',
        '<style>@import url("http://127.0.0.1:1/x.css");</style>',
        '<style>body { background: url("file:///etc/passwd") }</style>',
        '<style>@font-face { font-family: x; src: url("file:///etc/passwd") }</style><p>x',
        '<object data="file:///etc/passwd"></object>',
        '<embed src="file:///etc/passwd">',
        "<img src=\"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'>"
        "<image href='file:///etc/passwd' width='9' height='9'/></svg>\">",
        '<svg width="9" height="9"><image href="file:///etc/passwd" width="9" height="9"/></svg>',
        '<link rel="attachment" href="file:///etc/passwd">',
        '<base href="file:///etc/"><img src="passwd">',
    ],
)
def test_a_document_that_asks_for_more_is_not_made_at_all(markup: str) -> None:
    document = Document(f"<!doctype html><title>x</title>{markup}<p>text", "ab" * 32, 1_700_000_000, ())
    with pytest.raises(RenderingFailed, match="may not load"):
        pdf_print(document)
