"""Formulas as MathML, which browsers draw by themselves: no script, nothing from elsewhere. A hook of mkdocs."""

from __future__ import annotations

import html
import re
from typing import Any

from latex2mathml.converter import convert

_FORMULA = re.compile(r'<(span|div) class="arithmatex">\\[(\[](.*?)\\[)\]]</\1>', re.DOTALL)


def on_page_content(content: str, **_: Any) -> str:
    """Return a page with its formulas drawn."""
    def drawn(found: re.Match[str]) -> str:
        return convert(html.unescape(found[2]).strip(), display="inline" if found[1] == "span" else "block")
    return _FORMULA.sub(drawn, content)
