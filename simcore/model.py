"""The contract of a model: data plus one compiled step.

A model's file has, in this order: a docstring with the rule and its DOI, ``Params``, ``State``, the kernels
``reset``, ``step``, ``observe``, ``conclude``, and ``MODEL``. Everything else (validation, sweeps, storage,
summaries, figures) works from the declaration. `docs/adding-a-model.md` shows how to add one. The words that a model's
file needs most, for parameters and for what models share, are all here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from simcore._jit import distinguish
from simcore._jit import inline as inline
from simcore._jit import kernel as kernel
from simcore.errors import ModelError
from simcore.mechanisms.adoption import DURATION as DURATION
from simcore.mechanisms.adoption import PEAK as PEAK
from simcore.mechanisms.adoption import SIZE as SIZE
from simcore.mechanisms.adoption import SPENT as SPENT
from simcore.mechanisms.adoption import adopt as adopt
from simcore.mechanisms.adoption import adopt_outside as adopt_outside
from simcore.mechanisms.adoption import begin as begin
from simcore.mechanisms.adoption import close_in_order as close_in_order
from simcore.mechanisms.adoption import close_step as close_step
from simcore.mechanisms.adoption import conclude_adoption as conclude_adoption
from simcore.mechanisms.adoption import draw_outside as draw_outside
from simcore.mechanisms.adoption import eager_and_others as eager_and_others
from simcore.mechanisms.adoption import left_outside as left_outside
from simcore.mechanisms.adoption import need_contacts as need_contacts
from simcore.mechanisms.adoption import no_bits as no_bits
from simcore.mechanisms.adoption import observe_adoption as observe_adoption
from simcore.mechanisms.adoption import outside as outside
from simcore.mechanisms.adoption import restore as restore
from simcore.mechanisms.adoption import unaided as unaided
from simcore.mechanisms.arcs import list_arcs as list_arcs
from simcore.mechanisms.arcs import prefetch_target as prefetch_target
from simcore.mechanisms.arcs import room_for_arcs as room_for_arcs
from simcore.mechanisms.attempts import Attempts as Attempts
from simcore.mechanisms.attempts import room_for_attempts as room_for_attempts
from simcore.mechanisms.attempts import succeed as succeed
from simcore.mechanisms.cascades import trace_all_contacts as trace_all_contacts
from simcore.mechanisms.cascades import trace_contacts as trace_contacts
from simcore.mechanisms.cascades import trace_last as trace_last
from simcore.mechanisms.cascades import trace_meetings as trace_meetings
from simcore.mechanisms.draws import Draws as Draws
from simcore.mechanisms.epidemics import AT_END as AT_END
from simcore.mechanisms.epidemics import CHANGED as CHANGED
from simcore.mechanisms.epidemics import EVER as EVER
from simcore.mechanisms.epidemics import IMMUNE as IMMUNE
from simcore.mechanisms.epidemics import MOST as MOST
from simcore.mechanisms.epidemics import NOW as NOW
from simcore.mechanisms.epidemics import RECURRENT as RECURRENT
from simcore.mechanisms.epidemics import append as append
from simcore.mechanisms.epidemics import close_outbreak as close_outbreak
from simcore.mechanisms.epidemics import conclude_recurrent as conclude_recurrent
from simcore.mechanisms.epidemics import happens as happens
from simcore.mechanisms.epidemics import infect as infect
from simcore.mechanisms.epidemics import move_on as move_on
from simcore.mechanisms.epidemics import note as note
from simcore.mechanisms.epidemics import observe_recurrent as observe_recurrent
from simcore.mechanisms.epidemics import observe_sir as observe_sir
from simcore.mechanisms.epidemics import observe_sirs as observe_sirs
from simcore.mechanisms.epidemics import outbreak as outbreak
from simcore.mechanisms.epidemics import room_for_contacts as room_for_contacts
from simcore.mechanisms.pulling import pull_if_fewer as pull_if_fewer
from simcore.mechanisms.pulling import room_for_sources as room_for_sources
from simcore.mechanisms.values import copy as copy
from simcore.mechanisms.values import in_weight as in_weight
from simcore.mechanisms.values import of as of
from simcore.mechanisms.values import scaled as scaled
from simcore.parameters import ArcProbability as ArcProbability
from simcore.parameters import NodeValue as NodeValue
from simcore.parameters import Probability as Probability
from simcore.parameters import Rate as Rate
from simcore.parameters import Uniform as Uniform

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simcore.network.csr import Network


class Single(NamedTuple):
    """The layers of a model that lives on one network."""

    network: Network


@dataclass(frozen=True, kw_only=True, eq=False)
class Model:
    """A contagion, declared.

    Attributes
    ----------
    name : str
        What a scenario writes in ``[model] name``.
    title, doi : str
        One line for the catalogue, and where the rule was published.
    Params : type
        NamedTuple of the parameters; the annotations are the constraints, the defaults the defaults.
    observables : tuple of str
        The columns of a trajectory, which ``observe`` fills; like the next, adoption's unless said otherwise.
    outcomes : mapping of str to type
        The columns that ``conclude`` fills, and whether they hold `int` or `float`; ``size`` is among them.
    counts : str
        What ``size`` is a number of, and ``share`` a share of.
    allocate : callable
        ``allocate(layers, params) -> State``: plain Python, once for each network and point.
    reset : kernel
        ``reset(layers, params, state, seeds, stream) -> active``: start a replicate; costs what the last one
        touched.
    step : kernel
        ``step(layers, params, state, stream, t) -> active``: one synchronous update; 0 only if no later step
        can change anything.
    observe, conclude : kernel
        ``observe(state, row)`` and ``conclude(state, row)``: fill one row from counts kept in the state.
    Layers : type
        NamedTuple of the networks the model lives on.
    reads_in_arcs : bool
        Whether the kernels use ``in_idx``.
    check : callable, optional
        ``check(params) -> {name: what is wrong}`` for rules that concern several parameters.
    prepare : callable, optional
        ``prepare(params, layers, programmes) -> what the kernels get as params``, of a model with programmes, which
        lives on a company: see `simcore.network.company`.
    fixed : tuple of str
        The parameters that no programme changes.
    needs, live : kernel, optional
        Reductions that let faster algorithms serve the model without knowing it: ``needs(layers, params, out)``
        fills the active in-weight (in-degree) at which each node adopts, 0 if it adopts by itself in step 1;
        ``live(layers, params, out)`` the probability (from `simcore.rng.chance`) of the one attempt along each arc.
    reduces : callable, optional
        ``reduces(params, weighted) -> bool``: whether, with these parameters, its reduction says all there is, on
        networks with weights or without.
    restate : callable, optional
        ``restate(cascade, seeds, horizon) -> (size, duration, peak)`` of the model, int64[R] each, from those of the
        cascade of its reduction and the numbers of seeds; without it they are the same.
    adopters : str, optional
        The field of the State, uint32[n or more], that lists nodes in order of adoption, each at most once, while
        its field ``tally`` says in ``tally[SIZE]`` how many there are: with it, adoption by class can be recorded.
    trace : kernel, optional
        Of a model that lists its adopters: ``trace(layers, params, stream, cascade)`` fills in who convinced each of
        them, see `simcore.mechanisms.cascades.Cascade`. Models with ``needs`` or ``live`` do without.
    portray : kernel, optional
        Of a model that lives on a company: ``portray(state, row)`` fills the commitment of each employee, then the
        satisfaction of each customer, -1 of a prospect and -3 of a former customer.
    """

    name: str
    title: str
    doi: str
    Params: type
    allocate: Callable[..., Any]
    reset: Any
    step: Any
    observables: tuple[str, ...] = ("adopted", "new")
    observe: Any = observe_adoption
    outcomes: Mapping[str, type] = field(default_factory=lambda: {"size": int, "duration": int, "peak": int})
    counts: str = "nodes reached"
    conclude: Any = conclude_adoption
    Layers: type = Single
    reads_in_arcs: bool = False
    check: Callable[[Any], Mapping[str, str]] | None = None
    prepare: Callable[..., Any] | None = None
    fixed: tuple[str, ...] = ()
    needs: Any = None
    live: Any = None
    reduces: Callable[[Any, bool], bool] = lambda params, weighted: True  # noqa: ARG005
    restate: Callable[..., Any] | None = None
    adopters: str | None = None
    trace: Any = None
    portray: Any = None

    @property
    def has_trees(self) -> bool:
        """Whether it is known who convinced whom."""
        return self.adopters is not None and any((self.needs, self.live, self.trace))

    def __post_init__(self) -> None:
        distinguish(self.Params)
        if "size" not in self.outcomes:
            raise ModelError(f"model '{self.name}': outcomes must include 'size' (got {list(self.outcomes)})")
