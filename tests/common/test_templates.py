"""What every template of the product keeps: no inline script or style, known icons, no unescaped data."""

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from tests.common.tokens import CSS, ROOT

TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
ATTRIBUTE = r"<[a-zA-Z][^<>]*\s(?P<name>{names})\s*="
NOT_ALLOWED = re.compile(r"<style\b|<script(?![^>]*\bsrc=)|javascript:", re.I)
HANDLER = re.compile(ATTRIBUTE.format(names=r"style|on[a-z]+|hx-on[:\w-]*"), re.I)


def names(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


@pytest.mark.parametrize("path", TEMPLATES, ids=names(TEMPLATES))
def test_a_template_has_no_inline_script_style_or_handler(path: Path) -> None:
    # Tags and comments of the template language may hold < and >, so they go first.
    markup = re.sub(r"{%.*?%}|{{.*?}}|{#.*?#}", "", path.read_text(), flags=re.S)
    assert not NOT_ALLOWED.search(markup)
    assert not HANDLER.search(markup)


@pytest.mark.parametrize("path", TEMPLATES, ids=names(TEMPLATES))
def test_a_template_escapes_what_it_prints(path: Path) -> None:
    source = path.read_text()
    assert not re.search(r"\|\s*safe\b|autoescape\s+off", source)


@pytest.mark.parametrize("path", TEMPLATES, ids=names(TEMPLATES))
def test_a_template_stays_small(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 150


def test_style_sheets_stay_small() -> None:
    for sheet in CSS.glob("*.css"):
        assert len(sheet.read_text().splitlines()) < 400, sheet.name


def icons() -> set[str]:
    sprite = ET.parse(ROOT / "static" / "icons.svg").getroot()
    return {symbol.attrib["id"] for symbol in sprite}


def test_every_icon_that_is_named_is_in_the_sprite() -> None:
    known = icons()
    for path in TEMPLATES:
        named = set(re.findall(r'{%\s*(?:icon|empty_state)\s+"([\w-]+)"', path.read_text()))
        assert named <= known, path


def test_no_template_loads_anything_from_another_host() -> None:
    for path in TEMPLATES:
        assert not re.search(r'(?:src|href)="(?:https?:)?//', path.read_text()), path


def test_the_checks_themselves_find_what_they_look_for() -> None:
    assert HANDLER.search('<a href="#" onclick="x()">')
    assert HANDLER.search('<svg><rect style="fill:red"/></svg>')
    assert HANDLER.search('<form hx-on:submit="x">')
    assert NOT_ALLOWED.search("<script>alert(1)</script>")
    assert not NOT_ALLOWED.search('<script src="/static/js/app.js" defer></script>')
