"""Proves that no one altered or removed an entry of the change history."""

import json
import sys
from argparse import ArgumentTypeError
from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandParser

from common.commands import ObjectCommand
from records.anchors import told_anchors
from records.verification import AnchorPoint, verify


def anchor_point(text: str) -> AnchorPoint:
    """`POSITION:HASH`, as printed in a report."""
    position, _, sha = text.partition(":")
    if not position.isdigit() or len(sha) != 64:
        raise ArgumentTypeError(f"{text!r} is not POSITION:HASH as a report prints it.")
    return AnchorPoint(int(position), sha.lower(), "a report")


class Command(ObjectCommand):
    help = "Verify entries, transactions, links and anchors of the change history. Fails when one is broken."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument(
            "--chain-only",
            action="store_true",
            help="leave out the comparison of every record with the last entry about it",
        )
        parser.add_argument(
            "--anchor",
            action="append",
            default=[],
            type=anchor_point,
            metavar="POSITION:HASH",
            help="a head of the chain printed in a report or a log, to be found again",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        anchors = [*told_anchors(), *options["anchor"]]
        outcome = verify(anchors=anchors, compare=not options["chain_only"])
        if options["json"]:
            self.stdout.write(json.dumps({"intact": outcome.intact, **asdict(outcome)}))
        else:
            for problem in outcome.problems:
                self.stdout.write(problem.message)
            self.stdout.write(
                f"{outcome.entries} entries in {outcome.batches} transactions, {outcome.anchors} anchors: "
                + ("intact." if outcome.intact else "NOT intact.")
            )
            if outcome.head:
                self.stdout.write(f"Head: {outcome.head.position}:{outcome.head.hash}")
        if not outcome.intact:
            sys.exit(1)
