"""The command line: every sub-command imports what it needs when it runs, so that help costs nothing.

One file for each group of sub-commands; its ``add`` declares them.
"""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING, Any

from simcore import __version__
from simcore.cli import (
    analyses,
    beginnings,
    campaigns,
    census,
    evidence,
    folders,
    lists,
    networks,
    runs,
    speed,
    stores,
    verdict,
)
from simcore.cli.talk import say, say_problems
from simcore.errors import Problem, ProblemsError, SimcoreError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

EXIT_INTERRUPTED, EXIT_TERMINATED = 130, 143


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    commands = parser()
    arguments = commands.parse_args(argv)
    if arguments.command is None:
        commands.print_help(sys.stderr)
        return UsageError.exit_code
    try:
        return int(arguments.run(arguments) or 0)
    except ProblemsError as error:
        say_problems(error, as_json=getattr(arguments, "json", False) and arguments.command == "check")
        return error.exit_code
    except SimcoreError as error:
        if getattr(arguments, "json", False) and arguments.command == "check":
            say_problems(ProblemsError([Problem(arguments.scenario, None, None, "", str(error))]), as_json=True)
        else:
            say(f"simcore: {error}")
        return error.exit_code
    except runs.Terminated:
        return EXIT_TERMINATED
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except OSError as error:
        if isinstance(error, BrokenPipeError):  # the reader of our output has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 0
        say(f"simcore: {error}")
        return 1


def parser() -> argparse.ArgumentParser:
    """Return what reads the command line."""
    whole = argparse.ArgumentParser(
        prog="simcore", description="Simulate how trends spread over networks: scenarios in, distributions out.",
        epilog="Start with: simcore run quickstart")
    whole.add_argument("--version", action="version", version=f"simcore {__version__}")
    commands = whole.add_subparsers(dest="command", metavar="COMMAND", title="commands")

    def command(name: str, run: Any, text: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
        sub.set_defaults(run=run)
        return sub

    for group in (runs, folders, analyses, networks, census, campaigns, verdict, lists, evidence, beginnings, stores,
                  speed):
        group.add(command)
    return whole
