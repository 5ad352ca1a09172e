"""Verification: what simulations and formulas say, held against values known independently of them.

The expectations are data: ``[[expect]]`` in scenario files (of the folder ``verification``, or one's own), and two
tables of what no scenario can say: `simcore.verify.formulas`, what theory gives, and `simcore.verify.structures`,
what networks look like.
"""

from simcore.verify.page import above_mark, on_page
from simcore.verify.run import verify
from simcore.verify.targets import Source, sources
from simcore.verify.verdicts import Verdict, conclusion, table

__all__ = ["Source", "Verdict", "above_mark", "conclusion", "on_page", "sources", "table", "verify"]
