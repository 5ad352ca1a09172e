"""``python -m simcore`` is the command ``simcore``."""

from simcore.cli import program

program()
