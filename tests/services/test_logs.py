"""What is logged can be read: one line for people, one JSON object in production, tracebacks in both."""

import json
import logging
import logging.config
import re
from collections.abc import Callable

import pytest
import structlog
from celery import current_app
from django.conf import settings

from cmo_eval.logs import formatter

type Written = Callable[[bool], str]


@pytest.fixture
def written(capsys: pytest.CaptureFixture[str]) -> Written:
    def write(as_json: bool) -> str:
        handler = logging.StreamHandler()
        configured = logging.config.DictConfigurator({"version": 1, "disable_existing_loggers": False})
        handler.setFormatter(configured.configure_formatter(formatter(as_json=as_json)))
        root = logging.getLogger("cmo_eval.tests.logs")
        root.propagate, root.handlers = False, [handler]
        root.setLevel(logging.INFO)
        structlog.get_logger(root.name).warning("job_lost", job=7, why="a word or two")
        try:
            raise ValueError("the cause")
        except ValueError:
            root.exception("Internal Server Error: %s", "/home/")
        return capsys.readouterr().err

    return write


def test_people_read_lines(written: Written) -> None:
    lines = written(False).splitlines()
    assert re.fullmatch(r"20\d\d-\d\d-\d\d \d\d:\d\d:\d\dZ", lines[0][:20])
    lines[:2] = [each[21:] for each in lines[:2]]
    assert lines[0] == "WARNING cmo_eval.tests.logs: job_lost job=7 why='a word or two'"
    assert lines[1] == "ERROR cmo_eval.tests.logs: Internal Server Error: /home/"
    assert lines[2].startswith("Traceback")
    assert lines[-1] == "ValueError: the cause"


def test_production_writes_one_object_a_line_with_the_traceback(written: Written) -> None:
    ours, other = [json.loads(line) for line in written(True).splitlines()]
    assert (ours["event"], ours["job"], ours["level"]) == ("job_lost", 7, "warning")
    assert other["event"] == "Internal Server Error: /home/"
    assert "ValueError: the cause" in other["exception"]


def test_worker_and_beat_log_as_the_rest_does(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[object] = []
    monkeypatch.setattr("cmo_eval.celery.dictConfig", told.append)
    level = logging.getLogger().level
    try:
        current_app.log.setup_logging_subsystem(loglevel="INFO")
        assert told == [settings.LOGGING]
        assert logging.getLogger().level == logging.INFO
    finally:
        logging.getLogger().setLevel(level)
