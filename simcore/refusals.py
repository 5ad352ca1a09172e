"""What cannot be run on the networks that a scenario names, and is refused before anything is."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from simcore.errors import NetworkError, Problem, ScenarioError
from simcore.parameters import lacking
from simcore.scenario.classes import lacking as lacking_classes
from simcore.scenario.firms import Firm
from simcore.scenario.schema import canonical
from simcore.scenario.seedings import BudgetSeeding, VulnerableSeeding, identity
from simcore.scenario.seeds import strategy
from simcore.scenario.wording import shown
from simcore.seeding import lacking as lacking_seeds

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simcore.network.loaded import Loaded
    from simcore.scenario.forms import Section
    from simcore.study import Study


def refuse_equal_points(study: Study) -> None:
    """Refuse points that differ in their settings alone.

    Parameters
    ----------
    study : Study

    Raises
    ------
    ScenarioError
    """
    if len(set(study.hashes)) < len(study.hashes):
        twice, _ = Counter(study.hashes).most_common(1)[0]
        first, second = (shown(dict(study.scenario.points[i].setting)) for i in
                         [i for i, h in enumerate(study.hashes) if h == twice][:2])
        _refuse(study, "sweep", f"two points are the same: {first} and {second}")


def refuse_impossible_seeds(study: Study) -> None:
    """Refuse parameters, seeds and immune nodes that a network lacks the columns or the nodes for.

    Parameters
    ----------
    study : Study

    Raises
    ------
    ScenarioError
    """
    seen = set[tuple[int, int]]()  # sections and networks, which many points share
    for point in study.scenario.points:
        loaded = study.fixed(point)
        if loaded is None:
            continue
        for name, message in lacking(point.model.Params, point.params, loaded.network, loaded.columns,
                                     loaded.arc_columns, loaded.missing).items():
            _refuse(study, f"model.{name}", message)
        for table, section in (("seeding", point.seeding), ("immune", point.immune)):
            if section is None or isinstance(section, VulnerableSeeding) or (id(section), id(loaded)) in seen:
                continue
            seen.add((id(section), id(loaded)))
            _refuse_lacking(study, table, section, loaded.customers if isinstance(loaded, Firm) else loaded)


def refuse_impossible_programmes(study: Study) -> None:
    """Refuse programmes for people whom an organisation does not have.

    Parameters
    ----------
    study : Study

    Raises
    ------
    ScenarioError
    """
    seen = set()
    for position, point in enumerate(study.scenario.points):
        for k, programme in enumerate(point.programmes):
            if programme.who is None or isinstance(programme.who, BudgetSeeding):
                continue
            told = canonical({"network": point.network.model_dump(), "who": identity(programme.who)})
            if told in seen:
                continue
            seen.add(told)
            firm = study.fixed(point) or study.network(position, 0)
            _refuse_lacking(study, f"programme.{k}.who", programme.who, firm)


def refuse_impossible_classes(study: Study, networks: Iterable[Loaded]) -> None:
    """Refuse classes of nodes that one of these networks does not have.

    Parameters
    ----------
    study : Study
    networks : iterable of Loaded

    Raises
    ------
    ScenarioError
    """
    by_class = study.scenario.record.by_class
    for loaded in networks:
        if by_class is not None and (wrong := lacking_classes(by_class, loaded)):
            _refuse(study, "record.by_class", wrong)


def _refuse_lacking(study: Study, table: str, section: Section, loaded: Loaded) -> None:
    try:
        wrong = lacking_seeds(strategy(section, loaded), loaded)
    except NetworkError as error:
        if error.problems[0].file:  # in a file of nodes
            raise ScenarioError(error.problems) from None
        wrong = {"nodes": str(error)}
    for name, message in wrong.items():
        _refuse(study, f"{table}.{name}", message)


def _refuse(study: Study, key: str, message: str) -> None:
    raise ScenarioError([Problem(str(study.scenario.file or study.scenario.name), None, None, key, message)])
