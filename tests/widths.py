"""How wide pages are, measured in one Chromium page: their markup is put into it, one after the other.

No server runs and nobody signs in, which would take a second or more for each page; style sheets, fonts and
the script of the frame are the product's own.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from django.contrib.staticfiles import finders
from playwright.sync_api import Page, Route

from tests.chromium import WIDE, chromium

# What a screen of 1280 px is at 400 percent, and the narrowest phone: WCAG 2.2, 1.4.10.
REFLOW = (320, 640)
ORIGIN = "http://pages.test/"
SHEET = re.compile(r'<link rel="stylesheet" href="([^"]+)"')
# What the frame's own script does on a page that loads, it does again for each page that is put in.
PUT_IN = """
(markup) => {
  const read = new DOMParser().parseFromString(markup, "text/html");
  const sheets = (whole) => [...whole.querySelectorAll("link[rel=stylesheet]")];
  const wanted = new Set(sheets(read).map((link) => link.getAttribute("href")));
  for (const link of sheets(document)) link.sheet.disabled = !wanted.has(link.getAttribute("href"));
  document.body.replaceWith(document.adoptNode(read.body));
  document.dispatchEvent(new Event("DOMContentLoaded"));
  const page = document.documentElement;
  const tables = [...document.querySelectorAll(".table-scroll")].filter((box) => box.checkVisibility());
  return {
    beyond: page.scrollWidth - window.innerWidth,
    sideways: Math.max(0, ...tables.map((box) => box.scrollWidth - box.clientWidth)),
  };
}
"""


def pages_too_wide(pages: Mapping[str, str], scrolling: frozenset[str] = frozenset()) -> list[str]:
    """A line for each page, by name and markup, that is wider than a phone or a screen.

    On a screen no table scrolls sideways either, but for the pages named in `scrolling`.
    """
    with chromium() as browser:
        page = browser.new_page()
        _open(page, dict.fromkeys(sheet for markup in pages.values() for sheet in SHEET.findall(markup)))
        return list(_problems(page, pages, scrolling))


def _open(page: Page, sheets: Mapping[str, None]) -> None:
    """An empty page with all style sheets, all fonts and the script of the frame."""
    links = "".join(f'<link rel="stylesheet" href="{sheet}">' for sheet in sheets)
    script = '<script src="/static/js/app.js" defer></script>'
    shell = f"<!doctype html><html><head>{links}{script}</head><body></body></html>"

    def serve(route: Route) -> None:
        path = route.request.url.removeprefix(ORIGIN)
        found = finders.find(path.removeprefix("static/")) if path else None
        if path and not found:
            route.abort()
        elif found:
            route.fulfill(path=Path(str(found)))
        else:
            route.fulfill(body=shell, content_type="text/html; charset=utf-8")

    page.route("**/*", serve)
    page.goto(ORIGIN)
    page.evaluate("Promise.all([...document.fonts].map((font) => font.load()))")


def _problems(page: Page, pages: Mapping[str, str], scrolling: frozenset[str]) -> Iterator[str]:
    for size in (REFLOW, WIDE):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        for name, markup in pages.items():
            seen = page.evaluate(PUT_IN, markup)
            if seen["beyond"] > 0:
                yield f"{name}: {seen['beyond']} px wider than {size[0]} px"
            elif size is WIDE and name not in scrolling and seen["sideways"] > 1:
                yield f"{name}: a table scrolls sideways by {seen['sideways']} px at {size[0]} px"
