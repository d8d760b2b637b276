"""`make setup` and `.ci/run` on machines that lack things, over a small project with the real scripts."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BASE_PYTHON = Path(sys.executable).resolve()
CATALOGUE = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"

msgid "Site"
msgstr "Établissement"
"""

type Setup = Callable[..., "subprocess.CompletedProcess[str]"]


def program(path: Path, script: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(script)
    path.chmod(0o755)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with the real set-up script and one small requirement."""
    folder = tmp_path / "project"
    (folder / "scripts").mkdir(parents=True)
    shutil.copy(ROOT / "scripts" / "setup.sh", folder / "scripts")
    (folder / "requirements").mkdir()
    found = re.search(r"^babel==.*?(?=^\S)", (ROOT / "requirements" / "dev.txt").read_text(), re.M | re.S)
    assert found
    (folder / "requirements" / "dev.txt").write_text(found.group())
    catalogue = folder / "locale" / "fr" / "LC_MESSAGES"
    catalogue.mkdir(parents=True)
    (catalogue / "django.po").write_text(CATALOGUE)
    return folder


@pytest.fixture
def setup(project: Path, tmp_path: Path) -> Setup:
    """Runs the set-up in an empty home, with `bin` of the test and the system's programs on the path."""
    caches = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))

    def run(*extra_path: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        search = ":".join([str(tmp_path / "bin"), *extra_path, "/usr/bin", "/bin"])
        passed = {
            name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_", "HTTP"))
        }
        defaults = {"PATH": search, "HOME": str(tmp_path), "UV_CACHE_DIR": str(caches / "uv")}
        return subprocess.run(
            ["sh", "scripts/setup.sh"],
            cwd=project,
            env=passed | defaults | {"PIP_CACHE_DIR": str(caches / "pip")} | environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )

    return run


@pytest.fixture(scope="module")
def package_index(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Skips where packages cannot be had at all, which says nothing about the scripts."""
    target = str(tmp_path_factory.mktemp("index"))
    command = [str(BASE_PYTHON), "-m", "pip", "download", "--quiet", "--no-deps", "--dest", target, "babel"]
    if subprocess.run(command, capture_output=True, check=False, timeout=120).returncode != 0:
        pytest.skip("no package index can be reached")


@pytest.mark.slow
@pytest.mark.usefixtures("package_index")
def test_a_uv_that_is_found_and_does_not_run_is_replaced(project: Path, setup: Setup, tmp_path: Path) -> None:
    program(tmp_path / "bin" / "uv", "#!/nonexistent/python\n")
    done = setup(str(BASE_PYTHON.parent))
    assert done.returncode == 0, done.stderr
    assert "No uv was found that runs" in done.stderr
    python = project / ".venv" / "bin" / "python"
    assert subprocess.run([python, "-c", "import babel"], check=False).returncode == 0
    assert b"\xc3\x89tablissement" in (project / "locale/fr/LC_MESSAGES/django.mo").read_bytes()

    # A second run does nothing at all, not even with the way to every tool cut off.
    stamp = (project / ".venv" / ".requirements-sha256").stat()
    shutil.rmtree(project / ".uv")
    again = setup()
    assert (again.returncode, again.stdout, again.stderr) == (0, "", "")
    assert (project / ".venv" / ".requirements-sha256").stat().st_mtime_ns == stamp.st_mtime_ns

    # A virtual environment whose Python is gone is made again.
    python.unlink()
    python.symlink_to("/nonexistent/python")
    assert setup(str(BASE_PYTHON.parent)).returncode == 0
    assert subprocess.run([python, "-c", "import babel"], check=False).returncode == 0

    # A package that is not the one that was hashed is refused.
    shutil.rmtree(project / ".venv")
    requirements = project / "requirements" / "dev.txt"
    requirements.write_text(re.sub(r"sha256:[0-9a-f]{64}", f"sha256:{'0' * 64}", requirements.read_text()))
    refused = setup(str(BASE_PYTHON.parent), UV_CACHE_DIR=str(tmp_path / "empty-cache"))
    assert refused.returncode != 0
    assert "could not be installed" in refused.stderr


def test_a_python_that_is_too_old_is_answered_in_one_line(
    project: Path, setup: Setup, tmp_path: Path
) -> None:
    for name in ("python3", "python", "python3.12", "python3.13", "python3.14"):
        program(tmp_path / "bin" / name, "#!/bin/sh\nexit 1\n")
    # Stands for a uv that finds no Python and cannot fetch one.
    program(tmp_path / "bin" / "uv", '#!/bin/sh\n[ "$1" = --version ]\n')
    done = setup()
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        "Python 3.12 or newer is needed and was not found: install one and run this again."
    )
    assert not (project / ".venv").exists()


def test_without_uv_and_without_a_way_to_get_it_one_line_says_so(setup: Setup, tmp_path: Path) -> None:
    for name in ("uv", "python3", "python", "python3.12", "python3.13", "python3.14"):
        program(tmp_path / "bin" / name, "#!/bin/sh\nexit 127\n")
    (tmp_path / "bin" / "sh").symlink_to("/bin/sh")
    for name in ("dirname", "cut", "sha256sum", "cat", "rm"):
        found = shutil.which(name, path="/usr/bin:/bin")
        assert found
        (tmp_path / "bin" / name).symlink_to(found)
    done = setup(PATH=str(tmp_path / "bin"), PIP_INDEX_URL="http://127.0.0.1:1/", PIP_NO_INDEX="1")
    assert done.returncode == 1
    assert "uv could not be installed" in done.stderr.splitlines()[-1]


class TestContinuousIntegration:
    @pytest.fixture
    def ci(self, tmp_path: Path) -> Setup:
        """Runs .ci/run with stand-ins for make and apt-get, which belong to the machine."""
        (tmp_path / ".ci").mkdir()
        shutil.copy(ROOT / ".ci" / "run", tmp_path / ".ci")
        program(tmp_path / "bin" / "make", '#!/bin/sh\necho "make $*"\nexit "$MAKE_EXIT"\n')
        program(tmp_path / "bin" / "apt-get", '#!/bin/sh\necho "apt-get $*" >&2\nexit "$APT_EXIT"\n')
        program(tmp_path / "bin" / "dpkg-query", '#!/bin/sh\nprintf "%s" "$DPKG_STATUS"\n')
        for name in ("pdftoppm", "gettext", "chromium", "python3"):
            program(tmp_path / "bin" / name, "#!/bin/sh\n")

        def run(**environment: str) -> "subprocess.CompletedProcess[str]":
            given = {"MAKE_EXIT": "0", "APT_EXIT": "0", "DPKG_STATUS": "installed"} | environment
            search = f"{tmp_path / 'bin'}:/usr/bin:/bin"
            return subprocess.run(
                [".ci/run"],
                cwd=tmp_path,
                env=given | {"PATH": search},
                capture_output=True,
                text=True,
                check=False,
            )

        return run

    def test_with_everything_present_nothing_is_installed(self, ci: Setup) -> None:
        done = ci(APT_EXIT="1")
        assert (done.returncode, done.stdout, done.stderr) == (0, "make test\n", "")

    def test_its_exit_code_is_that_of_the_tests(self, ci: Setup) -> None:
        assert ci(MAKE_EXIT="7").returncode == 7

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root installs packages")
    def test_what_is_missing_is_installed(self, ci: Setup) -> None:
        done = ci(DPKG_STATUS="not-installed")
        assert done.returncode == 0
        assert "libharfbuzz-subset0" in done.stderr.splitlines()[-1]
        assert "chromium" not in done.stderr

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root installs packages")
    def test_a_failed_installation_fails(self, ci: Setup) -> None:
        done = ci(DPKG_STATUS="not-installed", APT_EXIT="100")
        assert done.returncode == 100
        assert "make test" not in done.stdout
