"""Settings in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_LABELS = {
    "horizon": "time steps",
    "model.name": "model",
    "model.threshold": "threshold φ",
    "network.degree": "degrees",
    "network.inside": "chance of a tie inside a group",
    "network.kind": "network",
    "network.mean_degree": "mean degree z",
    "network.n": "number of nodes n",
    "network.neighbours": "neighbours of each node",
    "network.out_degree": "people influenced",
    "network.rewiring": "share of rewired ties",
    "network.ties": "ties of each newcomer",
    "immune.kind": "who is immune",
    "immune.share": "share of nodes that are immune",
    "seeding.budget": "budget",
    "seeding.cost.acquisition": "cost of winning a person",
    "seeding.cost.contact": "cost of each contact",
    "seeding.by": "what ranks nodes",
    "seeding.count": "number of seeds",
    "seeding.kind": "who starts",
    "seeding.nodes": "number of the node that starts",
    "seeding.share": "share of nodes that start",
    "seeding.top": "share that counts as influential",
}
_LAST = {"sd": "standard deviation"}
_OUTCOMES = {  # as they stand after "mean"
    "at_after": "commitment some time after the programme",
    "at_until": "commitment at the end of the programme",
    "clusters": "number of clusters",
    "code": "knowledge of the code",
    "ever": "nodes ever infected",
    "first_contact": "share settled at first contact",
    "heard_above": "share heard above the front line",
    "mean": "commitment or opinion at the end",
    "members": "knowledge of the members",
    "npv": "net present value",
    "peak": "most in one step",
    "regions": "number of regions",
    "rival": "nodes that the rival won",
    "seed_in_degree": "in-degree of seeds",
    "seed_out_degree": "out-degree of seeds",
    "tipping": "first period with commitment above one half",
    "variance": "variance of opinions",
}


def label(path: str) -> str:
    """Return what a swept path stands for."""
    table, _, key = path.rpartition(".")
    if table.endswith(".who") and key in ("by", "kind"):  # of a programme
        return _LABELS["seeding.kind"]
    last = printable(_LAST.get(key) or key.replace("_", " "))
    return _LABELS.get(path) or (f"{_LABELS[table]}, {last}" if table in _LABELS else last)


def shown(value: Any) -> str:
    """Return a value as people write it."""
    if isinstance(value, dict):
        first, *rest = value.items()
        return printable(" ".join([shown(first[1]), *(f"{key} {shown(part)}" for key, part in rest)]))
    if isinstance(value, list | tuple):
        return ", ".join(shown(part) for part in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return f"{value:,.10g}"
    return printable(str(value))


def outcome(name: str) -> str:
    """Return the mean of an outcome in words."""
    return f"mean {_OUTCOMES.get(name, printable(name.replace('_', ' ')))}"


def name(setting: Mapping[str, Any], *, titled: bool = False) -> str:
    """Return a setting in short: z = 4, influential; `titled`: a lone value has its name there."""
    bare = titled and len(setting) == 1
    return ", ".join(_short(path, value, bare=bare) for path, value in setting.items())


def _short(path: str, value: Any, *, bare: bool) -> str:
    symbol = label(path).rpartition(" ")[2]
    if isinstance(value, str) or (bare and len(symbol) > 1):
        return shown(value)
    return f"{symbol} = {shown(value)}" if len(symbol) == 1 else f"{label(path)} {shown(value)}"


def classes(by_class: str | Mapping[str, Any]) -> str:
    """Return what the classes are by which adoption is recorded."""
    if isinstance(by_class, str):
        degree = by_class.removesuffix("-decile")
        return by_class if degree == by_class else f"tenths of the nodes by {degree}, the last the best connected"
    return printable(by_class["attribute"])


def title(setting: Mapping[str, Any]) -> str:
    """Return what the values of a setting, and the letters in its `name`, stand for."""
    return ", ".join(label(path) for path in setting)


def span(values: Iterable[Any]) -> str:
    """Return one value, the few there are, or from where to where they go."""
    different = sorted(set(values))
    if len(different) <= 3:
        return " or ".join(shown(value) for value in different)
    return f"{shown(different[0])} to {shown(different[-1])}"


def reach(ends: Sequence[Any]) -> str:
    """Return from where to where numbers go, or the one they all are."""
    return " to ".join(shown(value) for value in dict.fromkeys(ends))


def sentence(text: str) -> str:
    """Return a title as a sentence: with a stop, unless it has one."""
    clean = printable(text)
    return clean if clean.endswith((".", "?", "!", "…")) else f"{clean}."


def printable(text: str, most: int = 120) -> str:
    """Return text without what no file of a figure can hold, on one line, cut at `most` characters."""
    clean = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return clean if len(clean) <= most else clean[: most - 1] + "…"
