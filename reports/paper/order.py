"""What goes into the rendering process and what comes out; plain data, since it crosses a pipe as JSON."""

import json
from dataclasses import asdict, dataclass
from typing import Self


@dataclass(frozen=True)
class Attached:
    """A file carried inside the PDF."""

    name: str
    description: str
    text: str


@dataclass(frozen=True)
class PrintOrder:
    """One document to render.

    `identifier_sha256` becomes the PDF's file identifier and `issued_epoch` (seconds) every date in it:
    with both given, the same order always gives the same bytes.
    """

    html: str
    static_roots: tuple[str, ...]
    identifier_sha256: str
    issued_epoch: int
    attached: tuple[Attached, ...] = ()
    font_cache: str = ""
    memory_bytes: int = 0
    cpu_seconds: int = 0

    def as_json(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=True)

    @classmethod
    def from_json(cls, text: str) -> Self:
        data = json.loads(text)
        attached = tuple(Attached(**each) for each in data.pop("attached"))
        return cls(attached=attached, static_roots=tuple(data.pop("static_roots")), **data)
