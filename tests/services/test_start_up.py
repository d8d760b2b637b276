"""What `make run` finds out about the machine, and how it says so."""

import json
import sys
import threading

import pytest

from cmo_eval.services import preflight
from cmo_eval.services.ports import free_port, next_free_port
from cmo_eval.services.progress import step
from cmo_eval.services.run import account_lines, may_open_browser


def test_missing_text_libraries_are_named_with_the_command_that_brings_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(preflight.LIBRARIES, "libpango-1.0-0", ("libnowhere.so.0",))
    monkeypatch.setattr("shutil.which", lambda name: None)
    problem = preflight.pdf_problem()
    assert "\n" not in problem
    assert "everything else works" in problem
    assert problem.endswith("apt-get install --yes --no-install-recommends libpango-1.0-0")


def test_with_all_text_libraries_nothing_is_said() -> None:
    assert preflight.pdf_problem() == ""


@pytest.mark.parametrize(
    ("environment", "opens"),
    [
        ({}, sys.platform == "darwin"),
        ({"DISPLAY": ":0"}, True),
        ({"WAYLAND_DISPLAY": "wayland-0"}, True),
        ({"DISPLAY": ":0", "CI": "1"}, False),
    ],
)
def test_a_browser_is_opened_where_a_person_has_a_screen(environment: dict[str, str], opens: bool) -> None:
    assert may_open_browser(environment) is opens


def test_accounts_stand_in_columns() -> None:
    accounts = [
        {"role": "qa", "email": "qa@x.example", "password": "p"},
        {"role": "assessor", "email": "a@x", "password": "q"},
    ]
    assert account_lines(json.dumps(accounts).encode()) == [
        "role       e-mail         password",
        "qa         qa@x.example   p",
        "assessor   a@x            q",
    ]


@pytest.mark.parametrize("answer", [b"", b"[]", b"not JSON"])
def test_no_accounts_are_no_lines(answer: bytes) -> None:
    assert account_lines(answer) == []


def test_the_wanted_port_is_taken_when_it_is_free() -> None:
    port = free_port()
    assert next_free_port(port) == port


def test_quick_steps_are_not_spoken_of_outside_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    with step("Doing it."):
        pass
    assert capsys.readouterr() == ("", "")


def test_long_steps_are_spoken_of_on_standard_error(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cmo_eval.services.progress.PATIENCE_SECONDS", 0.0)
    with step("Doing it."):
        for thread in threading.enumerate():
            if isinstance(thread, threading.Timer):
                thread.join()
    assert capsys.readouterr() == ("", "Doing it.\n")
