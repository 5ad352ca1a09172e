"""The command line: the table of all sub-commands, and the file of `simcore.cli` in which each is declared.

Only the file of the sub-command that is asked for is imported, and it imports what it needs when it runs, so that help
costs hardly more than Python itself.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys

from simcore import __version__

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

COMMANDS = {
    "runs": {"run": "run a scenario, or go on with it, and summarise it",
             "check": "check a scenario without running it",
             "show": "show a scenario and its points"},
    "folders": {"summary": "summarise a results folder",
                "plot": "draw the figures of a results folder",
                "report": "write results as one page of HTML that opens from a file",
                "replay": "run one replicate again, alone, with its trajectory"},
    "analyses": {"sensitivity": "tell which of the swept parameters decide",
                 "compare": "compare points that differ in one axis, replicate by replicate"},
    "networks": {"network": "describe a network file"},
    "census": {"census": "find what every single node would set off, and what could have told"},
    "campaigns": {"influence": "choose whom to seed under a budget, and simulate what comes of it"},
    "verdict": {"verdict": "say whether influentials matter on a network, and what would change that"},
    "lists": {"models": "list the models",
              "scenarios": "list the scenarios of the catalogue",
              "schema": "print the JSON Schema of a scenario file, for editors"},
    "evidence": {"verify": "hold simulations and formulas against values known independently of them",
                 "cite": "print everything to cite with the results of a scenario"},
    "beginnings": {"new": "write a commented scenario to begin with, asking what no option says",
                   "warmup": "compile ahead what scenarios need, for clusters and containers",
                   "completion": "print a script that completes commands in your shell"},
    "stores": {"status": "tell how far a results folder is, also while it grows",
               "fsck": "read every file of a results folder and tell what is damaged",
               "merge": "put together what was computed of one scenario in several folders",
               "compact": "put finished chunks together into few files",
               "export": "write results into one file for other programs",
               "diff": "tell where two results folders first differ",
               "gc": "delete what no run needs any more: half-written, replaced, set aside"},
    "speed": {"bench": "measure speed: against other programs, the machine's own limit, and a baseline"},
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    words = sys.argv[1:] if argv is None else list(argv)
    known = [name for group in COMMANDS.values() for name in group]
    if words and words[0][:1] != "-" and words[0] not in known:
        from simcore.errors import did_you_mean

        print(f"simcore: there is no command '{words[0]}'{did_you_mean(words[0], known)} "
              f"(commands are {', '.join(known)})", file=sys.stderr)
        return 2
    commands = parser([word for word in words[:1] if word[:1] != "-"])
    arguments = commands.parse_args(words)
    if arguments.command is None:
        commands.print_help(sys.stderr)
        return 2
    try:
        return int(arguments.run(arguments) or 0)
    except (Exception, KeyboardInterrupt) as error:
        from simcore.cli.talk import told

        return told(error, arguments)


def parser(words: Sequence[str] | None = None) -> argparse.ArgumentParser:
    """Return what reads the command line: whole, or with the options of the sub-commands in ``words`` alone."""
    whole = argparse.ArgumentParser(
        prog="simcore", description="Simulate how trends spread over networks: scenarios in, distributions out.",
        epilog="Start with: simcore run quickstart", formatter_class=_help)
    whole.add_argument("--version", action="version", version=f"simcore {__version__}")
    subs = whole.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    declared = {name: subs.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".",
                                      add_help=words is None or name in words)
                for group in COMMANDS.values() for name, text in group.items()}

    def command(name: str, run: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
        declared[name].set_defaults(run=run)
        return declared[name]

    for file, group in COMMANDS.items():
        if words is None or not group.keys().isdisjoint(words):
            importlib.import_module(f"simcore.cli.{file}").add(command)
    return whole


def _help(prog: str) -> argparse.HelpFormatter:
    """Return what lays help out: argparse would import shutil, and half of Python's compression, for the width."""
    try:
        width = int(os.environ.get("COLUMNS") or os.get_terminal_size().columns)
    except (OSError, ValueError):
        width = 80
    return argparse.HelpFormatter(prog, width=width - 2, max_help_position=16)
