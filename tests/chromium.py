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
# How long an expectation waits: a page that is as it should be costs none of it.
PATIENCE_MS = 20_000
WIDE, NARROW = (1280, 800), (390, 844)
# Listened for in every page: a console message alone would not say which directive was broken.
WATCH_POLICY = """
document.addEventListener("securitypolicyviolation", (event) => {
  console.error(`policy ${event.violatedDirective} blocked ${event.blockedURI || event.sample}`);
});
"""
# A colour in the middle of a fade is nobody's colour: resolves once nothing that ends is still moving.
AT_REST = """
async () => {
  const moving = () => document.getAnimations().filter(
    (each) => each.playState === "running" && each.effect.getComputedTiming().endTime !== Infinity);
  for (let all = moving(); all.length; all = moving()) {
    await Promise.allSettled(all.map((each) => each.finished));
  }
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
        browser = driver.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


def watch(context: BrowserContext) -> Watched:
    """A new page of a browser context that collects its problems."""
    context.add_init_script(WATCH_POLICY)
    page = context.new_page()
    watched = Watched(page)
    page.on("pageerror", lambda error: watched.problems.append(str(error)))
    page.on("console", lambda said: watched.problems.append(said.text) if said.type == "error" else None)
    return watched


def axe_violations(page: Page) -> list[str]:
    """What axe holds against the page at rest, one line each."""
    page.evaluate(AT_REST)
    page.evaluate(AXE.read_text())
    result = page.evaluate("axe.run(document)")
    # An axe that looked at nothing would find nothing.
    assert result["passes"]
    return [
        f"{violation['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]
