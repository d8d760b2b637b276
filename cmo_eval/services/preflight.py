"""What the machine must bring besides Python: the text libraries that draw PDF pages."""

import ctypes
import ctypes.util
import shutil

# Each with the file names that it has on Linux and macOS, and Debian's package.
LIBRARIES = {
    "libpango-1.0-0": ("libpango-1.0.so.0", "libpango-1.0.dylib", "libpango-1.0.0.dylib"),
    "libpangoft2-1.0-0": ("libpangoft2-1.0.so.0", "libpangoft2-1.0.dylib", "libpangoft2-1.0.0.dylib"),
    "libharfbuzz-subset0": ("libharfbuzz-subset.so.0", "libharfbuzz-subset.0.dylib"),
}


def missing_libraries() -> list[str]:
    """Debian's names of the packages whose library cannot be loaded."""
    return [package for package, names in LIBRARIES.items() if not any(_loads(name) for name in names)]


def pdf_problem() -> str:
    """One line that says what to install, or nothing when PDF pages can be drawn."""
    missing = missing_libraries()
    if not missing:
        return ""
    if shutil.which("brew"):
        command = "brew install pango"
    else:
        command = f"apt-get install --yes --no-install-recommends {' '.join(missing)}"
    return f"PDF reports are off, everything else works: text libraries are missing. To add them: {command}"


def _loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True
