"""``python -m simcore`` is the command ``simcore``."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn


def program() -> NoReturn:
    """Run the command line as a program of its own, and end it."""
    try:
        import gc

        gc.set_threshold(100_000)  # thousands of modules are no garbage; looking for some takes a fifth of a start
        from simcore.cli import main

        code = main()
        gc.freeze()
    except KeyboardInterrupt:  # as modules were imported: once a command runs, `main` tells what is kept
        sys.stderr.write("\nsimcore: interrupted\n")
        code = 130
    sys.exit(code)


if __name__ == "__main__":
    program()
