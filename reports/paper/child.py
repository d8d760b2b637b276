"""The rendering process: reads a `PrintOrder` on standard input, writes one line of facts and the PDF.

It runs apart from the worker so that a document that eats memory or time ends only itself. It inherits
neither the database address nor any secret, and ends with its parent.
"""

import ctypes
import json
import os
import resource
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from reports.paper.order import PrintOrder

PDF_VARIANT = "pdf/a-3a"
PR_SET_PDEATHSIG = 1


def limit_process(memory_bytes: int, cpu_seconds: int) -> None:
    """Cap address space and processor time of this process; zero leaves a limit as it is."""
    if memory_bytes:
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    if cpu_seconds:
        resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def end_with_parent() -> None:
    """Ask the kernel to kill this process when its parent dies; only Linux knows how."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def render(order: PrintOrder) -> tuple[int, bytes]:
    """Number of pages and the PDF: tagged PDF/A-3a, with its attachments.

    Raises:
        FetchRefused: when the document asks for anything but `data:` and our static files.
    """
    # Imported here, after the limits are set: reading fonts and libraries counts as well.
    from weasyprint import HTML, Attachment

    from reports.paper.fetcher import STATIC_BASE, StaticFetcher

    issued = datetime.fromtimestamp(order.issued_epoch, UTC)
    cache = Path(order.font_cache) if order.font_cache else None
    fetcher = StaticFetcher([Path(root) for root in order.static_roots], cache)
    options: dict[str, Any] = {
        "pdf_variant": PDF_VARIANT,
        "pdf_identifier": bytes.fromhex(order.identifier_sha256)[:16],
        "attachments": [
            Attachment(
                string=each.text,
                url_fetcher=fetcher,
                base_url=STATIC_BASE,
                name=each.name,
                description=each.description,
                created=issued,
                modified=issued,
                relationship="Data",
            )
            for each in order.attached
        ],
    }
    document = HTML(string=order.html, base_url=STATIC_BASE, url_fetcher=fetcher).render(**options)
    pdf = document.write_pdf(**options)
    if fetcher.refused:
        raise fetcher.refused[0]
    if pdf is None:  # pragma: no cover - only with a target
        raise RuntimeError("no PDF was written")
    return len(document.pages), pdf


def main() -> int:
    """Render the order on standard input. Returns the exit status."""
    order = PrintOrder.from_json(sys.stdin.read())
    end_with_parent()
    limit_process(order.memory_bytes, order.cpu_seconds)
    os.environ["SOURCE_DATE_EPOCH"] = str(order.issued_epoch)
    pages, pdf = render(order)
    sys.stdout.buffer.write(json.dumps({"pages": pages, "bytes": len(pdf)}).encode() + b"\n" + pdf)
    return 0


if __name__ == "__main__":
    sys.exit(main())
