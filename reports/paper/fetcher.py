"""What a document may load while it is rendered: `data:` addresses and our own static files, nothing else.

The static files live under an address that no host answers for (RFC 6761 reserves `.invalid`), so that
neither a path of this machine nor a reachable host can ever stand in a document.
"""

import hashlib
import os
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from fontTools.ttLib import woff2  # type: ignore[import-untyped]
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

STATIC_BASE = "https://report.invalid/static/"
CONTENT_TYPES: Mapping[str, str] = {
    ".css": "text/css",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}


class FetchRefused(FatalURLFetchingError):  # type: ignore[misc]
    """The document asked for something it may not load; rendering stops, nothing is left out silently."""


class StaticFetcher(URLFetcher):  # type: ignore[misc]
    """Serves `data:` and files below `roots` whose type is listed; raises `FetchRefused` on all else.

    `font_cache` is a folder for unpacked fonts: unpacking WOFF2 takes longer than a short report.
    """

    def __init__(self, roots: Sequence[Path], font_cache: Path | None = None) -> None:
        super().__init__(allowed_protocols=("data",), allow_redirects=False, fail_on_errors=True)
        self.refused: list[FetchRefused] = []
        self._roots = [root.resolve() for root in roots]
        self._font_cache = font_cache

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        """The content behind an address.

        Raises:
            FetchRefused: when the address is neither `data:` nor one of our static files.
        """
        if url[:5].lower() == "data:":
            try:
                return super().fetch(url, headers)
            except Exception as problem:
                raise self._refusal("A data: address could not be read.") from problem
        path = self._static_path(url)
        content = path.read_bytes()
        if path.suffix == ".woff2" and self._font_cache:
            return URLFetcherResponse(url, _unpacked(content, self._font_cache), {"Content-Type": "font/ttf"})
        return URLFetcherResponse(url, content, {"Content-Type": CONTENT_TYPES[path.suffix]})

    def _static_path(self, url: str) -> Path:
        message = f"A report may not load {url[:200]!r}."
        if not url.startswith(STATIC_BASE):
            raise self._refusal(message)
        parts = urlsplit(url)
        name = unquote(parts.path.removeprefix(urlsplit(STATIC_BASE).path))
        pure = PurePosixPath(name)
        strange = parts.query or parts.fragment or "\\" in name or "\0" in name
        if strange or pure.is_absolute() or ".." in pure.parts or pure.suffix not in CONTENT_TYPES:
            raise self._refusal(message)
        for root in self._roots:
            # Resolved, so that a link inside the folder cannot lead out of it.
            path = (root / pure).resolve()
            if path.is_relative_to(root) and path.is_file():
                return path
        raise self._refusal(message)

    def _refusal(self, message: str) -> FetchRefused:
        """The refusal, noted: WeasyPrint swallows what is raised while an SVG is drawn."""
        self.refused.append(FetchRefused(message))
        return self.refused[-1]


def _unpacked(font: bytes, folder: Path) -> bytes:
    """The font without its compression, from the folder where it was unpacked before."""
    kept = folder / f"{hashlib.sha256(font).hexdigest()}.ttf"
    if kept.exists():
        return kept.read_bytes()
    unpacked = BytesIO()
    woff2.decompress(BytesIO(font), unpacked)
    # Written beside and renamed, so that two processes never read half a font.
    folder.mkdir(parents=True, exist_ok=True)
    beside = kept.with_suffix(f".{os.getpid()}")
    beside.write_bytes(unpacked.getvalue())
    beside.rename(kept)
    return unpacked.getvalue()
