"""From ``[organisation]``, ``[customers]`` and ``[service]`` to the company that they declare."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from simcore.errors import NetworkError
from simcore.network import company, hierarchy, reports_to
from simcore.network.csr import from_arcs
from simcore.network.loaded import Loaded, reported
from simcore.scenario import build
from simcore.scenario.companies import ChartFile, cross_ties, spans

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from simcore.network.csr import Network
    from simcore.network.reports_to import Staff, Ties
    from simcore.scenario.companies import CompanySection

_EMPTY: NDArray[np.uint32] = np.empty(0, np.uint32)
_CHIEF = -1


class _Given(NamedTuple):
    """What of a company is read from files."""

    staff: Staff | None
    ties: Ties | None
    customers: Loaded | None

    def digest(self) -> str:
        digest = hashlib.sha256()
        if self.staff is not None and self.ties is not None:
            digest.update(self.staff.manager.astype("<i8").tobytes() + self.ties.network.digest().encode())
        if self.customers is not None:
            digest.update(self.customers.digest().encode())
        return digest.hexdigest()


@dataclass(frozen=True, eq=False, kw_only=True)
class Firm(Loaded):
    """A company: employees with their informal ties and attributes, and beside them all layers, and the customers.

    Attributes
    ----------
    company : Company
    customers : Loaded
    given : _Given
    strangers : int
        Accounts outside the chart, which were dropped.
    """

    company: company.Company
    customers: Loaded
    given: _Given
    strangers: int = 0

    def digest(self) -> str:
        """Return the digest of what was read from files."""
        return self.given.digest()


def read(section: CompanySection) -> _Given:
    """Read the files of a company."""
    organisation, staff, ties = section.organisation, None, None
    if isinstance(organisation, ChartFile):
        columns = organisation.source, organisation.target
        staff = reports_to.read_staff(Path(organisation.reports_to), *columns)
        ties = reports_to.read_ties(Path(organisation.informal), staff, *columns)
    fixed = None if section.market is None else build.given(section.market)
    return _Given(staff, ties, None if fixed is None else build.build(fixed, np.uint64(0)))


def make(section: CompanySection, key: np.uint64, base: Firm | None = None) -> Firm:
    """Make the company of a key.

    Parameters
    ----------
    section : CompanySection
    key : uint64
    base : Firm, optional
        Any company of this section, whose files have been read.

    Raises
    ------
    NetworkError
        If a file is not what the section says, or the company cannot be.
    """
    found = read(section) if base is None else base.given
    organisation, strangers, left_out, labels = section.organisation, 0, 0, None
    if found.staff is not None and found.ties is not None:
        chart, informal = company.chart(found.staff.manager), found.ties.network
        strangers, left_out, labels = found.ties.strangers, found.ties.lost, found.staff.labels
    else:
        above = hierarchy.managers(spans(organisation))
        above[0] = _CHIEF
        chart, informal = company.chart(above), _informal(organisation, key)
    customers = _customers(section, key, found.customers)
    employed = reported(informal, labels, left_out=left_out)
    front = _front(organisation, chart, employed)
    mark = np.zeros(informal.n)
    mark[front] = 1.0
    columns = {"level": chart.level.astype(np.float64), "department": chart.department.astype(np.float64),
               "height": chart.height.astype(np.float64), "front_line": mark}
    served = company.serve(chart, front, customers.network.n, key, number=section.service.servers,
                           together=section.service.within == "department")
    layers = company.company(chart, front, informal, customers.network, *served)
    return Firm(informal, labels, columns, {}, employed.report, company=layers, customers=customers, given=found,
                strangers=strangers)


def _informal(organisation: Any, key: np.uint64) -> Network:
    if organisation.informal is not None:
        return build.build(organisation.informal, key).network
    return hierarchy.organisation(spans(organisation), cross_ties(organisation), build.scale(organisation.lambda_),
                                  build.scale(organisation.zeta), key, teams=True, line=False)


def _customers(section: CompanySection, key: np.uint64, given: Loaded | None) -> Loaded:
    if section.market is None:
        return reported(from_arcs(0, _EMPTY, _EMPTY, undirected=True).network)
    return build.build(section.market, key, given)


def _front(organisation: Any, chart: company.Chart, employed: Loaded) -> NDArray[np.uint32]:
    """Return the front line, ascending."""
    if organisation.front_line is None:
        return chart.leaves
    try:
        return np.unique([employed.node(label) for label in organisation.front_line]).astype(np.uint32)
    except NetworkError as error:
        raise NetworkError([problem._replace(key="organisation.front_line") for problem in error.problems]) from None
