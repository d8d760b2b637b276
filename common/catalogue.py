"""The message catalogues: what the code says, gathered with Babel, and what is translated.

Django's own tool needs GNU gettext on the machine; this one runs wherever the product does.
"""

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from babel.messages import extract
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOMS = (
    "accounts", "api", "audits", "cmo_eval", "common", "imports", "jobs", "logistics",
    "partners", "programs", "records", "reports", "scorecards", "workspace",
)  # fmt: skip
KEYWORDS: dict[str, Any] = {
    "_": None, "_now": None, "gettext_now": None, "gettext": None, "gettext_lazy": None, "gettext_noop": None,
    "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2), "ngettext": (1, 2), "ngettext_lazy": (1, 2),
    "npgettext": ((1, "c"), 2, 3), "npgettext_lazy": ((1, "c"), 2, 3),
}  # fmt: skip


@dataclass(frozen=True)
class Gaps:
    """What stands between a catalogue and completeness."""

    untranslated: list[str] = field(default_factory=list)
    fuzzy: list[str] = field(default_factory=list)
    placeholders: list[str] = field(default_factory=list)
    obsolete: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.untranslated or self.fuzzy or self.placeholders or self.obsolete)


def messages_gather(root: Path) -> Catalog:
    """Every message of the code and the templates below `root`, with the places that say it."""
    catalog = Catalog(charset="utf-8", project="CMO Eval")
    for path, source in _sources(root):
        location = path.relative_to(root).as_posix()
        found = extract.extract("python", io.BytesIO(source.encode()), KEYWORDS, ("Translators:",), {})
        for _line, message, comments, context in found:
            # File names without line numbers: the catalogue does not change when a line moves.
            catalog.add(message, None, [(location, None)], auto_comments=comments, context=context)  # type: ignore[list-item]
    return catalog


def catalogue_update(root: Path, language: str) -> Path:
    """Bring `locale/<language>/LC_MESSAGES/django.po` up to date; translations that still apply are kept."""
    path = catalogue_path(root, language)
    known = _read(path, language)
    known.update(messages_gather(root), no_fuzzy_matching=True)
    known.obsolete.clear()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, known, width=100, sort_by_file=False, sort_output=True, include_previous=False)
    return path


def catalogue_gaps(root: Path, language: str) -> Gaps:
    """What is untranslated, fuzzy, no longer said, or has other placeholders than the original."""
    known = _read(catalogue_path(root, language), language)
    gaps = Gaps()
    said = messages_gather(root)
    for message in said:
        if not message.id:
            continue
        translated = known.get(message.id, message.context)
        name = message.id if isinstance(message.id, str) else message.id[0]
        if translated is None or not _filled(translated.string):
            gaps.untranslated.append(name)
        elif translated.fuzzy:
            gaps.fuzzy.append(name)
        elif any(True for _ in translated.check(known)):
            gaps.placeholders.append(name)
    gaps.obsolete.extend(
        str(message.id) for message in known if message.id and said.get(message.id, message.context) is None
    )
    return gaps


def catalogue_path(root: Path, language: str) -> Path:
    return root / "locale" / language / "LC_MESSAGES" / "django.po"


def _read(path: Path, language: str) -> Catalog:
    if not path.exists():
        return Catalog(locale=language, project="CMO Eval", charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def _filled(string: object) -> bool:
    return all(string) if isinstance(string, Iterable) and not isinstance(string, str) else bool(string)


def _sources(root: Path) -> Iterator[tuple[Path, str]]:
    for room in ROOMS:
        for path in sorted((root / room).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path, path.read_text(encoding="utf-8")
    for folder in (root / "templates", *(root / room / "templates" for room in ROOMS)):
        for path in sorted(folder.rglob("*.*")):
            if path.suffix in {".html", ".txt", ".svg"}:
                code = templatize(path.read_text(encoding="utf-8"), origin=str(path))
                # What templatize makes of running text is no Python; without indents it can be read as such.
                yield path, "\n".join(line.strip() for line in code.splitlines()) + "\n"
