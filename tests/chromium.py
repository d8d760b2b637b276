"""A real Chromium for the tests, with pages that remember whatever went wrong on them."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

AXE = Path(__file__).parent / "common" / "vendor" / "axe.min.js"
NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# How long an act or an expectation waits, however busy the machine is: a page that is as it should be costs
# none of it.
PATIENCE_MS = 120_000
WIDE, NARROW = (1280, 800), (390, 844)
# Listened for in every page: a console message alone would not say which directive was broken.
WATCH_POLICY = """
document.addEventListener("securitypolicyviolation", (event) => {
  console.error(`policy ${event.violatedDirective} blocked ${event.blockedURI || event.sample}`);
});
"""
# A colour in the middle of a fade is nobody's colour, and a part of the page that is being exchanged is half
# there: resolves once two frames in a row find nothing on its way that will end.
AT_REST = """
async (patience) => {
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const exchanged = () => document.querySelector(
    ".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added, .collapsing, .showing, .hiding");
  const moving = () => document.getAnimations().some(
    (each) => each.playState === "running" && each.effect.getComputedTiming().endTime !== Infinity);
  const latest = performance.now() + patience;
  for (let calm = 0; calm < 2; await frame()) {
    calm = exchanged() || moving() || document.readyState !== "complete" ? 0 : calm + 1;
    if (performance.now() > latest) throw new Error("The page does not come to rest.");
  }
}
"""
# How much wider than its window the page is, once it has heard of the window's size and laid itself out.
OVERFLOW = """
async (width) => {
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  while (window.innerWidth !== width) await frame();
  for (const _ of [1, 2]) await frame();
  return document.documentElement.scrollWidth - window.innerWidth;
}
"""
# What was found to be good is counted, not told: that would be most of what is carried over.
LOOK = """
async () => {
  const found = await axe.run(document, { resultTypes: ["violations"] });
  return { passes: found.passes.length, violations: found.violations };
}
"""


@dataclass
class Watched:
    """A browser page and the problems seen on it: script errors, refused requests, policy violations."""

    page: Page
    problems: list[str] = field(default_factory=list)


def chromium_path() -> str:
    """Where Chromium is. Without one the test is skipped, but fails where CI=true promises one."""
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    if path is None:
        reason = "No Chromium on this machine (Debian: apt-get install chromium)."
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return path


@contextmanager
def chromium() -> Iterator[Browser]:
    """Chromium without a window, closed at the end."""
    path = chromium_path()
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as driver:
        # Playwright keeps an event loop in this thread; the tests' own database work in it is meant.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        expect.set_options(timeout=PATIENCE_MS)
        browser = driver.chromium.launch(executable_path=path, args=FLAGS, timeout=PATIENCE_MS)
        try:
            yield browser
        finally:
            browser.close()


def watch(context: BrowserContext) -> Watched:
    """A new page of a browser context that collects its problems."""
    context.set_default_timeout(PATIENCE_MS)
    context.add_init_script(WATCH_POLICY)
    page = context.new_page()
    watched = Watched(page)
    page.on("pageerror", lambda error: watched.problems.append(str(error)))
    page.on("console", lambda said: watched.problems.append(said.text) if said.type == "error" else None)
    return watched


def sign_in(page: Page, email: str, password: str) -> None:
    """Sign in on the page that asks for it, which is open or leads there, and see the first page."""
    page.goto("/")
    page.locator("input[name=login]").fill(email)
    page.locator("input[name=password]").fill(password)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="My work")).to_be_visible()


def overflow(page: Page, size: tuple[int, int]) -> int:
    """By how many pixels the page is too wide for a window of this size, which it has from now on."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    return int(page.evaluate(OVERFLOW, size[0]))


def axe_violations(page: Page, passes: int = 1) -> list[str]:
    """What axe holds against the page at rest, one line each.

    Args:
        passes: how many of its rules must have found something to pass.
    """
    page.evaluate(AT_REST, PATIENCE_MS)
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    result = page.evaluate(LOOK)
    # An axe that looked at nothing would find nothing.
    assert result["passes"] >= passes
    return [
        f"{violation['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]
