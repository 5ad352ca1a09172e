"""Classes of nodes by which adoption is recorded: whether a scenario can have them, and what they are on a network."""

from __future__ import annotations

import itertools
import operator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from simcore.engine import Classes
from simcore.errors import did_you_mean
from simcore.scenario.build import nodes, spans
from simcore.scenario.networks import Blocks, DegreeCorrected, File, Forest, Groups, Library, Organisation, Tree
from simcore.scenario.schema import ByAttribute
from simcore.scenario.wording import shown
from simcore.seeding import Ranking, order, top_size

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from simcore.model import Model
    from simcore.network.loaded import Loaded
    from simcore.scenario.forms import Section
    from simcore.scenario.points import Point
    from simcore.scenario.schema import ByClass

MOST = 1000  # classes
MISSING = "(missing)"
_HAVE = {"group": ((Blocks, DegreeCorrected, Groups, Forest),
                   "'blocks', 'degree-corrected-blocks', 'groups' and 'forest'"),
         "level": ((Tree, Organisation), "'tree' and 'organisation'")}


def check_classes(by_class: ByClass, points: Iterable[Point]) -> Iterator[str]:
    """Yield why adoption cannot be recorded by these classes, as far as the scenario tells."""
    points = list(points)
    for model in {id(point.model): point.model for point in points}.values():
        if wrong := lacking_adopters(model):
            yield wrong
    for network in {id(point.network): point.network for point in points}.values():
        if wrong := _lacks(network, by_class):
            yield wrong


def lacking_adopters(model: Model) -> str:
    """Return why nothing can be recorded of a model by class; nothing if it can."""
    if model.adopters is None:
        return f"the model '{model.name}' keeps no list of adopters, so there is nothing to record by class"
    return ""


def _lacks(network: Section, by_class: ByClass) -> str:
    """Return why a network of this section has no such classes."""
    kind = network.kind  # type: ignore[attr-defined]
    if isinstance(by_class, ByAttribute):
        column = shown(by_class.attribute)
        if isinstance(network, File):
            named = network.nodes is not None or "npz" in (network.format, Path(network.path).suffix[1:])
            return "" if named else f"takes the column {column} of the nodes, so network.nodes must name their file"
        return "" if isinstance(network, Library) else f"takes the column {column} of a file, but '{kind}' has no file"
    if by_class in _HAVE and not isinstance(network, _HAVE[by_class][0]):
        return f"a network of kind '{kind}' has no {by_class}s; {_HAVE[by_class][1]} have (got {shown(by_class)})"
    number = 1
    if by_class == "group" and isinstance(network, Groups | Forest):
        number = network.communities if isinstance(network, Forest) else -(-network.n // network.size)
    return _too_many(number, "groups") if number > MOST else ""


def _too_many(number: int, what: str) -> str:
    return f"{number} {what} are more classes than the {MOST} that can be recorded"


def lacking(by_class: ByClass, loaded: Loaded) -> str:
    """Return why a network that is known has no such classes; nothing if it has."""
    if not isinstance(by_class, ByAttribute):
        return ""
    name, known = by_class.attribute, [*loaded.columns, *loaded.groups]
    if name not in known:
        return f"the network has no column '{name}'; it has {', '.join(known) or 'none'}{did_you_mean(name, known)}"
    if by_class.quantiles is not None:
        return "" if name in loaded.columns else f"the column '{name}' is text, which has no quantiles"
    number = len(np.unique(loaded.columns[name]) if name in loaded.columns else {*loaded.groups[name]})
    cut = "; cut it: quantiles = 10" * (name in loaded.columns)
    return _too_many(number, f"different values of '{name}'") + cut if number > MOST else ""


def lacking_of_own(by_class: ByClass, model: Model, loaded: Loaded) -> str:
    """Return why adoption on a network of one's own cannot be recorded by these classes; nothing if it can."""
    if isinstance(by_class, str) and by_class in _HAVE:
        return (f"a network of one's own has no {by_class}s; scenarios on {_HAVE[by_class][1]} have "
                f"(got {shown(by_class)})")
    return lacking_adopters(model) or lacking(by_class, loaded)


def node_classes(by_class: ByClass, section: Section | None, loaded: Loaded, key: np.uint64) -> Classes:
    """Return which class each node of a network is in.

    Parameters
    ----------
    by_class : ByClass
        Checked already, see `check_classes` and `lacking`.
    section : Section, optional
        Of ``[network]``; a network of one's own has none, nor groups and levels.
    loaded : Loaded
        The network that it declares.
    key : uint64
        The network's key: it orders equal degrees, so that the last tenth is that of the "influential" seeds.

    Returns
    -------
    Classes
        The classes that have nodes.
    """
    if isinstance(by_class, ByAttribute):
        name = by_class.attribute
        places, labels = (_words(loaded.groups[name]) if name in loaded.groups else
                          _cut(loaded.columns[name], by_class.quantiles))
    else:
        places = _structure(section) if by_class in _HAVE else _tenths(loaded, by_class, key)
        labels = [str(k + 1) for k in range(int(places.max()) + 1)]
    different, of = np.unique(places, return_inverse=True)
    return Classes(tuple(labels[k] or MISSING for k in different), of.astype(np.uint16), loaded.network)


def _tenths(loaded: Loaded, by_class: str, key: np.uint64) -> NDArray[np.int64]:
    """Return the tenth by degree that each node is in, from 0, the least connected."""
    n, by = loaded.network.n, Ranking("in-degree" if by_class == "in-degree-decile" else "out-degree")
    place = np.empty(n, np.int64)
    place[order(loaded, by, key, n)] = np.arange(n)
    edges = [top_size(n, tenths / 10) for tenths in range(1, 10)]
    return np.asarray(9 - np.searchsorted(edges, place, side="right"), np.int64)


def _words(texts: list[str]) -> tuple[NDArray[np.int64], list[str]]:
    """Return the class of each text, and what the classes are called."""
    labels = sorted({*texts}, key=lambda text: (text == "", text))
    place = {text: k for k, text in enumerate(labels)}
    return np.array([place[text] for text in texts], np.int64), labels


def _cut(values: NDArray[np.float64], quantiles: int | None) -> tuple[NDArray[np.int64], list[str]]:
    """Return the class of each number, and what the classes are called; equal numbers stay together."""
    there = values[~np.isnan(values)]
    edges = np.unique(there)[:-1]
    if quantiles is not None and there.size:
        places = (np.arange(1, quantiles) * there.size + quantiles - 1) // quantiles - 1
        edges = np.intersect1d(edges, np.sort(there)[places])
    place = np.where(np.isnan(values), edges.size + 1, np.searchsorted(edges, values)).astype(np.int64)
    parts = [there[place[~np.isnan(values)] == k] for k in range(edges.size + 1)]
    names = [" to ".join(f"{end:.10g}" for end in dict.fromkeys((part.min(), part.max()))) if part.size else ""
             for part in parts]
    return place, [*names, ""]


def _structure(section: Any) -> NDArray[np.int64]:
    """Return the block, the first group or the level of each node, from 0."""
    if isinstance(section, Groups | Forest):
        return np.arange(nodes(section) or 0) // section.size
    sizes = (section.sizes if isinstance(section, Blocks | DegreeCorrected) else
             list(itertools.accumulate([1, *spans(section)], operator.mul)))
    return np.repeat(np.arange(len(sizes)), sizes)
