"""Whose work a scenario rests on: everything to cite with its results."""

from __future__ import annotations

import functools
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from simcore import catalogue
from simcore.errors import UsageError
from simcore.predictions import predict
from simcore.scenario.points import Scenario

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


_DOI = re.compile(r"10\.\d{4,}/\S+")


class Work(NamedTuple):
    """Something to cite.

    Attributes
    ----------
    of : str
        What of the scenario it stands behind.
    text : str
        Authors, year, title, where; or what little is known.
    doi : str, optional
    """

    of: str
    text: str
    doi: str | None = None

    def __str__(self) -> str:
        return f"{self.text} https://doi.org/{self.doi}" if self.doi else self.text


def cite(scenario: Scenario) -> list[Work]:
    """Return everything to cite, each work once.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    list of Work
        Of the scenario, its models, networks and seeds, the theory beside it, the values it expects, simcore itself.

    Raises
    ------
    UsageError
        If it is no scenario, as `simcore.load` returns them.
    """
    if not isinstance(scenario, Scenario):
        raise UsageError(f"to cite is what simcore.load returned (got {type(scenario).__name__})")
    found: dict[str, Work] = {}
    for work in _works(scenario):
        known = found.setdefault(work.doi or work.text, work)
        if work.of not in known.of.split(", "):
            found[work.doi or work.text] = known._replace(of=f"{known.of}, {work.of}")
    return list(found.values())


def _works(scenario: Scenario) -> Iterator[Work]:
    if scenario.doi:
        yield _known("scenario", scenario.doi)
    for model in {point.model.name: point.model for point in scenario.points}.values():
        if model.doi:
            yield _known(f"model {model.name}", model.doi)
    networks: list[Any] = [point.network for point in scenario.points]
    for kind, network in {network.kind: network for network in networks}.items():
        if kind == "file":
            yield Work("network", f"The source of {Path(network.path).name}, which its file does not tell.")
        for key in _references()["networks"].get(kind, ()):
            yield _known(f"network {kind}", key)
    chosen = {id(section): section for point in scenario.points for section in (point.seeding, point.immune) if section}
    for word in dict.fromkeys(word for section in chosen.values() for word in _words(section.model_dump())):
        for key in _references()["seeding"].get(word, ()):
            yield _known(f"seeding {word}", key)
    for name in _predicted(scenario):
        for key in _references()["theory"].get(name, ()):
            yield _known("theory", key)
    for source in dict.fromkeys(expectation.source for expectation in scenario.expectations if expectation.source):
        doi = _DOI.search(source)
        yield _known("expected values", doi[0]) if doi else Work("expected values", f"{source}.")
    yield software()


def _words(value: Any) -> Iterator[str]:
    """Yield every word of a section, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list | tuple):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _words(inner)


def _predicted(scenario: Scenario) -> Iterable[str]:
    """Return the models of which theory has something to say at some point."""
    resolved, points = scenario.resolved(), scenario.points
    return [name for name in dict.fromkeys(point.model.name for point in points)
            if any(point.model.name == name and predict(resolved, point.setting) is not None for point in points)]


def _known(of: str, key: str) -> Work:
    """Return what is known of a work."""
    doi = key if _DOI.fullmatch(key) else None
    return Work(of, _references()["works"].get(key, "A work with this DOI:" if doi else key), doi)


@functools.cache
def _references() -> Mapping[str, Any]:
    return tomllib.loads(Path(__file__).with_name("references.toml").read_text(encoding="utf-8"))


def software() -> Work:
    """Return how to cite simcore itself, as CITATION.cff has it."""
    text = catalogue.folder("CITATION.cff").read_text(encoding="utf-8")
    said = {key: value.strip().strip('"') for key, _, value in (line.partition(":") for line in text.splitlines())}
    author, year = said["  - name"], said["date-released"][:4]
    return Work("software", f"{author} ({year}). {said['title']}. Version {said['version']}.")
