"""Starts the rendering process, holds it to its limits and reads what it made."""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from reports.paper.document import Document
from reports.paper.order import PrintOrder

MEMORY_BYTES = 2 * 1024**3
TIME_LIMIT_SECONDS = 300
KEPT_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "FONTCONFIG_FILE", "FONTCONFIG_PATH", "TMPDIR")


class RenderingFailed(Exception):
    """The document could not be made; the message says why in one line."""


@dataclass(frozen=True)
class Printed:
    """A finished PDF."""

    content: bytes
    sha256: str
    pages: int


def pdf_print(
    document: Document,
    *,
    memory_bytes: int = MEMORY_BYTES,
    time_limit_seconds: int = TIME_LIMIT_SECONDS,
) -> Printed:
    """Render a document to a tagged PDF/A-3a in a limited process of its own.

    The same document gives the same bytes.

    Raises:
        RenderingFailed: when the time or memory limit was reached, or the document asked for a file it
            may not load.
    """
    order = PrintOrder(
        html=document.html,
        static_roots=tuple(str(root) for root in _static_roots()),
        identifier_sha256=document.inputs_sha256,
        issued_epoch=document.issued_epoch,
        attached=document.attached,
        font_cache=str(_font_cache()),
        memory_bytes=memory_bytes,
        cpu_seconds=time_limit_seconds,
    )
    with tempfile.TemporaryDirectory(prefix="report-") as scratch:
        output = _run(order, scratch, time_limit_seconds)
    head, _, content = output.partition(b"\n")
    facts = json.loads(head)
    if len(content) != facts["bytes"]:
        raise RenderingFailed("The rendering process sent an incomplete file.")
    return Printed(content, hashlib.sha256(content).hexdigest(), facts["pages"])


def _run(order: PrintOrder, scratch: str, time_limit_seconds: int) -> bytes:
    try:
        done = subprocess.run(
            [sys.executable, "-m", "reports.paper.child"],
            input=order.as_json().encode(),
            capture_output=True,
            cwd=settings.BASE_DIR,
            env=_bare_environment(scratch, order.issued_epoch),
            timeout=time_limit_seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise RenderingFailed(f"Rendering took longer than {time_limit_seconds} seconds.") from None
    if done.returncode:
        raise RenderingFailed(_reason(done.returncode, done.stderr.decode(errors="replace")))
    return done.stdout


def _reason(status: int, errors: str) -> str:
    last = next((line for line in reversed(errors.splitlines()) if line.strip()), "")
    if status < 0:
        return f"The rendering process was ended by signal {-status}; a limit was reached."
    if "MemoryError" in errors or "Cannot allocate memory" in errors:
        return "Rendering needed more memory than it may use."
    return f"Rendering failed: {last.strip()[:500]}"


def _bare_environment(scratch: str, issued_epoch: int) -> dict[str, str]:
    """No database address, no secret key; a scratch folder as home, since the user's own may be closed."""
    kept = {name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ}
    return {
        **kept,
        "HOME": scratch,
        "XDG_CACHE_HOME": str(_font_cache()),
        "LANG": "C.UTF-8",
        "SOURCE_DATE_EPOCH": str(issued_epoch),
    }


def _font_cache() -> Path:
    """Fonts unpacked and indexed once outlive the process, or each report would do it again."""
    folder = settings.ENV.data_dir / "fonts"
    folder.mkdir(parents=True, exist_ok=True)
    return Path(folder)


def _static_roots() -> list[Path]:
    """Where our static files are: collected ones in production, their sources otherwise."""
    collected = Path(settings.STATIC_ROOT)
    sources = [Path(root) for root in settings.STATICFILES_DIRS]
    return [root for root in [*sources, collected] if root.is_dir()]
