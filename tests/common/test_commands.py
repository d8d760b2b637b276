"""What every command of ours keeps to."""

import errno
import io
import json
from argparse import ArgumentParser, _SubParsersAction
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.core.management import call_command, get_commands, load_command_class
from django.core.management.base import CommandError

from common.commands import ObjectCommand
from records.tracking import is_our_room

OURS = {config.name for config in apps.get_app_configs() if is_our_room(config)} | {"cmo_eval"}


def with_json() -> Iterator[str]:
    """The names of our commands that have `--json`, in themselves or in one of their kinds."""
    for name, app in sorted(get_commands().items()):
        if app in OURS and has_json(load_command_class(app, name).create_parser("manage.py", name)):
            yield name


def has_json(parser: ArgumentParser) -> bool:
    kinds = [action for action in parser._actions if isinstance(action, _SubParsersAction)]
    return "--json" in parser._option_string_actions or any(
        has_json(each) for action in kinds for each in action.choices.values()
    )


def test_every_command_with_json_refuses_as_one_object(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    names = list(with_json())
    assert {"backup", "import_records", "rank", "report", "restore", "verify_history"} <= set(names)
    for name in names:
        command = load_command_class(get_commands()[name], name)
        assert isinstance(command, ObjectCommand), name
        with pytest.raises(SystemExit) as end:
            command.run_from_argv(["manage.py", name, "--json", "--nothing"])
        told = capsys.readouterr()
        assert (end.value.code, list(json.loads(told.out))) == (2, ["refused"]), name
        assert told.err.startswith("usage: manage.py")


def test_a_full_disk_is_told_in_the_language_that_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object, **options: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("reports.management.commands.verify_report.Command.handle", full)
    for language, words in (("en", "The disk is full"), ("fr", "Le disque est plein")):
        out = io.StringIO()
        with pytest.raises(CommandError, match=words):
            call_command("verify_report", "x.pdf", "--json", "--language", language, stdout=out)
        assert json.loads(out.getvalue())["refused"].startswith(words)
