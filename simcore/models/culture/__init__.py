"""Culture: whether a customer focus takes hold of an organisation, and what its customers do with it.

Commitment spreads down the line, among peers, by what is heard of customers, and by pay; customers are served by it,
stay, leave and talk. A period has seven parts, a file or two each; `docs/culture-odd.md` says every rule. Harrison &
Carroll (1991), doi:10.2307/2393274; Goldenberg, Libai, Moldovan & Muller (2007), doi:10.1016/j.ijresmar.2007.02.003.
"""

import numpy as np

from simcore import model as m
from simcore._jit import kernel
from simcore.models.culture.commitment import commit
from simcore.models.culture.levers import FIXED, check, rules, stretch
from simcore.models.culture.levers import Params as Params
from simcore.models.culture.market import draw_month, join, leave, open_market, speak, talk
from simcore.models.culture.programmes import hold, staff, turn_over
from simcore.models.culture.report import OUTCOMES, account, conclude, note, observe, portray, report
from simcore.models.culture.service import ask, gather, serve, visit
from simcore.models.culture.state import DISCOUNT, OBSERVABLES, allocate
from simcore.network.company import NOBODY, Company


@kernel
def _clear(state):
    """Forget what was counted in the last period."""
    people = state.people
    for i in range(people.x.size):
        people.happened[i] = people.heard[i] = 0
        people.heard_sum[i] = 0.0
        people.seen[i] = 0
    for k in range(state.now.size):
        state.now[k] = 0.0


@kernel
def reset(layers, params, state, seeds, stream):
    p = params.levers[0]
    _clear(state)
    for k in range(state.total.size):
        state.total[k] = 0.0
    state.total[DISCOUNT] = 1.0
    state.noted[0] = state.noted[1] = np.nan
    state.tipping[0] = -1
    staff(layers, params, p, state.people, stream)
    open_market(p, state, stream)
    part, place = -1, 0  # seeds are customers first, then the people of each programme, each list ended by nobody
    for i in seeds:
        if i == NOBODY:
            part += 1
            state.seat_ptr[part] = place
        elif part < 0:
            join(p, state.public, i, 1.0)
        else:
            state.seat[place] = i
            place += 1
    state.seat_ptr[part + 1] = place
    hold(layers, params, p, state, 0)
    speak(p, state.public, state.now, 0)
    report(layers, p, state, 0)
    note(params, state, 0)
    return 1


@kernel
def step(layers, params, state, stream, t):
    k = stretch(params, t)
    p = params.levers[k]
    _clear(state)
    there = draw_month(p, state, stream, t)
    hold(layers, params, p, state, t)
    serve(layers, p, state, stream, t)
    ask(layers, p, state, stream, t)
    visit(layers, p, state, stream, t)
    gather(layers, state.people)
    commit(layers, p, state, stream, t)
    turn_over(layers, params, k, p, state.people, stream, t)
    leave(layers, p, state, stream, there, t)
    talk(layers, p, state, stream, t)
    report(layers, p, state, t)
    account(params, p, state, t)
    note(params, state, t)
    return 1


MODEL = m.Model(
    name="culture", title="A culture of customer focus in an organisation, and what its customers do with it",
    doi="10.2307/2393274", Params=Params, Layers=Company, check=check, prepare=rules, fixed=FIXED,
    observables=OBSERVABLES, allocate=allocate, reset=reset, step=step, observe=observe, outcomes=OUTCOMES,
    counts="people with a commitment of 1/2 or more", conclude=conclude, portray=portray)
