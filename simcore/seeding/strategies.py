"""Strategies: who is to start, in numbers of nodes; `simcore.seeding.seeds` chooses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from simcore.seeding.rankings import Ranking

if TYPE_CHECKING:
    from simcore.seeding.members import Among


class Random(NamedTuple):
    """Nodes drawn evenly: of all, or of some.

    Attributes
    ----------
    number : int
    among : Among, optional
    """

    number: int = 1
    among: Among | None = None


class Given(NamedTuple):
    """These nodes.

    Attributes
    ----------
    nodes : tuple of int
    """

    nodes: tuple[int, ...]


class Top(NamedTuple):
    """The best by a ranking: of all, or of some.

    Attributes
    ----------
    number : int
    by : Ranking
    among : Among, optional
    """

    number: int
    by: Ranking = Ranking()
    among: Among | None = None


class Share(NamedTuple):
    """Nodes drawn evenly from the top share by a ranking ("influential"), or from the rest ("ordinary").

    Attributes
    ----------
    number : int
    influential : bool
        Whether of the top, or of the rest.
    by : Ranking
    top : float
        The share of nodes, 0 to 1.
    among : Among, optional
        The top is that of these.
    """

    number: int
    influential: bool = True
    by: Ranking = Ranking()
    top: float = 0.1
    among: Among | None = None


class Friends(NamedTuple):
    """Nodes that influence somebody drawn evenly.

    Attributes
    ----------
    number : int
    """

    number: int


class Maximised(NamedTuple):
    """Nodes that together reach most under a model, see `simcore.maximisation.opim`.

    Without a transmission, that of a cascade is 1 / in-degree of the target, or the share of its in-weight.

    Attributes
    ----------
    number : int
    model : {"independent-cascade", "linear-threshold"}
    transmission : float, optional
        Probability that an arc carries.
    epsilon : float
        With high probability they reach at least 1 - 1/e - epsilon of the most that can be reached.
    """

    number: int
    model: Literal["independent-cascade", "linear-threshold"] = "independent-cascade"
    transmission: float | None = None
    epsilon: float = 0.05


class Neighbourhood(NamedTuple):
    """A node drawn evenly and those around it, the nearest first, whichever way ties point.

    Attributes
    ----------
    number : int
    """

    number: int


class Group(NamedTuple):
    """Members of one group drawn by chance: of the groups of an attribute, or without it of the communities.

    Attributes
    ----------
    number : int
    attribute : str, optional
    """

    number: int
    attribute: str | None = None


class Quotas(NamedTuple):
    """A number from each of several groups, drawn evenly or the best by a ranking; one number means all groups.

    Attributes
    ----------
    attribute : str
    numbers : tuple of (str, int), or int
        A value and how many have it.
    by : Ranking, optional
        Without it they are drawn.
    """

    attribute: str
    numbers: tuple[tuple[str, int], ...] | int
    by: Ranking | None = None


class Price(NamedTuple):
    """What a seed costs: so much, and so much for each whom it influences; or what an attribute says.

    Attributes
    ----------
    acquisition, contact : float
        Bakshy, Hofman, Mason & Watts (2011), doi:10.1145/1935826.1935845.
    attribute : str, optional
        Instead of these two.
    """

    acquisition: float = 1.0
    contact: float = 0.0
    attribute: str | None = None


class Bought(NamedTuple):
    """Whom a budget buys in the order of a strategy: the next who can be paid with what is left.

    Attributes
    ----------
    of : Strategy
        Its number does not matter.
    budget : float
    price : Price
    """

    of: Random | Top | Share | Friends | Maximised | Neighbourhood | Group
    budget: float
    price: Price = Price()


class Budget(NamedTuple):
    """Employees of a company whom a budget buys, each at ``cost * ratio**height``.

    Attributes
    ----------
    budget : float
        In costs of one in the front line, a period, as `cost` is.
    by : str
        The order in which they are bought.
    cost : float
        Of one in the front line.
    ratio : float
        Cost of each level over that of the level below it.
    """

    budget: float
    by: str
    cost: float
    ratio: float


class Mixture(NamedTuple):
    """Several strategies, each choosing what none before it has chosen.

    Attributes
    ----------
    parts : tuple of Strategy
    """

    parts: tuple[Strategy, ...]


Strategy: TypeAlias = (Random | Given | Top | Share | Friends | Maximised | Neighbourhood | Group | Quotas
                       | Mixture | Bought)
