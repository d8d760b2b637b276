"""`python -m cmo_eval.services run|servers|env|stop|status|pdf`."""

import argparse
import os
import shlex
import signal
import sys
import threading

from cmo_eval.services.command_line import data_dir
from cmo_eval.services.embedded import EmbeddedServers
from cmo_eval.services.folder import DataFolder
from cmo_eval.services.postgres import DATABASE
from cmo_eval.services.preflight import pdf_problem
from cmo_eval.services.problems import ServicesProblem
from cmo_eval.services.run import ProductRun, RunOptions, say, stop_run
from cmo_eval.services.supervisor import children_status, stop_orphans


def main(arguments: list[str] | None = None) -> int:
    """Run one of the commands; give its exit code."""
    parser = argparse.ArgumentParser(prog="python -m cmo_eval.services", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="start the product and keep it running until Ctrl-C")
    run.add_argument("--open", action="store_true", help="open the product in a browser")
    commands.add_parser("servers", help="start PostgreSQL and Valkey alone, until Ctrl-C")
    commands.add_parser("env", help="print the addresses of the running servers, as a shell reads them")
    commands.add_parser("stop", help="stop the product, or what a killed run left behind")
    commands.add_parser("status", help="say what runs on the data folder")
    commands.add_parser("pdf", help="say whether PDF reports can be drawn on this machine")
    chosen = parser.parse_args(arguments)
    try:
        if chosen.command == "run":
            return ProductRun(RunOptions.read(os.environ, open_browser=chosen.open)).run()
        return COMMANDS[chosen.command]()
    except ServicesProblem as problem:
        print(problem, file=sys.stderr)
        return 1


def _hold() -> int:
    servers = EmbeddedServers(data_dir(os.environ))
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: ended.set())
    servers.ensure()
    say(f"PostgreSQL and Valkey run on {servers.folder.root}; Ctrl-C stops them.")
    ended.wait()
    servers.release()
    return 0


def _env() -> int:
    servers = EmbeddedServers(data_dir(os.environ))
    superuser = servers.superuser_url(DATABASE)
    try:
        addresses = servers.ensure().as_environment() | {"DATABASE_SUPERUSER_URL": superuser}
    finally:
        servers.release()
    for name, address in addresses.items():
        say(f"export {name}={shlex.quote(address)}")
    return 0


def _stop() -> int:
    root = data_dir(os.environ)
    asked = stop_run(DataFolder(root))
    count = stop_orphans(DataFolder(root))
    stopped = EmbeddedServers(root).stop()
    say("Stopped." if asked or count or stopped else f"Nothing was running on {root}.")
    return 0


def _status() -> int:
    root = data_dir(os.environ)
    status = EmbeddedServers(root).status()
    say(f"Data folder: {root}")
    for name, running in (("PostgreSQL", status.postgres), ("Valkey", status.valkey)):
        say(
            f"{name}: process {running.process.pid}, port {running.port}"
            if running
            else f"{name}: not running"
        )
    children = children_status(DataFolder(root))
    for name in CHILDREN:
        child = children.get(name)
        say(f"{name}: process {child.pid}" if child else f"{name}: not running")
    return 0


def _pdf() -> int:
    problem = pdf_problem()
    if problem:
        print(problem, file=sys.stderr)
    return 1 if problem else 0


CHILDREN = ("web", "worker", "beat")
COMMANDS = {"servers": _hold, "env": _env, "stop": _stop, "status": _status, "pdf": _pdf}

if __name__ == "__main__":
    sys.exit(main())
