"""Reads the tokens of static/css for tests: colors by theme, and the contrast between two of them."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CSS = ROOT / "static" / "css"


def blocks(css: str) -> dict[str, dict[str, str]]:
    """Selector → custom properties, over all blocks that define any."""
    found: dict[str, dict[str, str]] = {}
    bare = re.sub(r"/\*.*?\*/", "", css, flags=re.S)
    for selector, body in re.findall(r"([^{}]+)\{([^{}]*)\}", bare):
        values = dict(re.findall(r"(--[\w-]+):\s*([^;]+);", body))
        if values:
            found.setdefault(" ".join(selector.split()), {}).update(values)
    return found


def theme(name: str) -> dict[str, str]:
    """All tokens of a theme: "light" or "dark"."""
    found = blocks((CSS / "tokens.css").read_text())
    light = next(v for k, v in found.items() if "light" in k)
    dark = next(v for k, v in found.items() if "dark" in k)
    return {**light, **(dark if name == "dark" else {}), **found[":root"]}


def luminance(color: str) -> float:
    """Relative luminance (WCAG 2.2) of #rrggbb."""
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio (WCAG 2.2) of two colors."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)
