"""The culture model in Mesa, as one would write it there: an agent for each employee and each customer.

The rules are those of `docs/culture-odd.md` that are in force at the default levers, section by section; the draws
are Mesa's own: single ones by its `random`, the faster for these, laws and all customers at once by its numpy `rng`.
A kindness: agents know whom they are tied to, and the chain above them, as lists; nobody collects data.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
from mesa import Agent, Model

from simcore.network.company import NOBODY

if TYPE_CHECKING:
    from simcore.models.culture import Params
    from simcore.network.company import Company

PROSPECT, CUSTOMER, FORMER = "prospect", "customer", "former"
NEVER = -math.inf


class Employee(Agent):  # type: ignore[misc]
    """Somebody with a seat in the chart; who holds it may change."""

    def __init__(self, model: Culture, susceptibility: float) -> None:
        super().__init__(model)
        self.chain: list[Employee] = []  # from the manager up to the chief
        self.ties: list[Employee] = []
        self.outside: list[Employee] = []  # those ties that are of another department
        self.commitment = self.commitment_after = model.p.start
        self.susceptibility = susceptibility
        self.happened = self.heard = 0
        self.heard_sum = 0.0

    def does_well(self) -> bool:
        p = self.model.p
        return self.random.random() < p.quality_floor + (1.0 - p.quality_floor) * self.commitment

    def hear(self, experience: float) -> None:
        self.heard += 1
        self.heard_sum += experience

    def commit(self) -> None:
        """Take the pull of the line, of peers and of what is heard (7.4)."""
        p, x = self.model.p, self.commitment
        line = peer = news = 0.0
        if self.chain:
            line = p.manager * p.visibility * (self.chain[0].commitment - x)
        if self.ties:
            mean = sum(tie.commitment for tie in self.ties) / len(self.ties)
            for_, against = mean**p.conformity, (1.0 - mean)**p.conformity
            peer = p.peers * (for_ / (for_ + against) - x)
        if self.heard:
            good = self.heard_sum / self.heard
            news = p.hearing * self.heard / self.happened * (good * (1.0 - x) - p.sting * (1.0 - good) * x)
        self.commitment_after = min(1.0, max(0.0, x + self.susceptibility * (line + peer + news) - p.decay * x))

    def turn_over(self) -> None:
        """Become what one has become, or leave the seat to somebody new (7.5)."""
        self.commitment = self.commitment_after
        self.happened = self.heard = 0
        self.heard_sum = 0.0
        p = self.model.p
        if self.random.random() < p.turnover:
            half = min(p.hire_sd * math.sqrt(3.0), p.hire_mean, 1.0 - p.hire_mean)
            self.commitment = self.random.uniform(p.hire_mean - half, p.hire_mean + half)
            self.susceptibility = self.model.rng.beta(*self.model.law)


class Customer(Agent):  # type: ignore[misc]
    """Somebody who is, was or may become a customer."""

    def __init__(self, model: Culture, is_customer: bool) -> None:
        super().__init__(model)
        self.ties: list[Customer] = []
        self.servers: list[Employee] = []
        self.status = CUSTOMER if is_customer else PROSPECT
        self.satisfaction = model.p.first_impression
        self.unsettled = self.left = self.near = NEVER
        self.angry = False
        self.good = 0  # things heard now
        self.bad: list[int] = []  # the periods in which bad news was heard

    def is_fresh(self, period: float) -> bool:
        return bool(self.model.t - period <= self.model.p.memory)

    def use_service(self) -> None:
        """Seek an encounter, and learn from it (7.2)."""
        p = self.model.p
        if self.status is CUSTOMER and self.random.random() < p.contact_rate:
            experience = self.encounter() if self.random.random() < p.reachability else 0.0
            self.satisfaction += p.learning * (experience - self.satisfaction)

    def encounter(self) -> float:
        p, random = self.model.p, self.random.random
        server = self.servers[0] if len(self.servers) == 1 else self.random.choice(self.servers)
        handled = 0
        if random() >= p.issue_rate:
            experience = 1.0 if server.does_well() else 0.0
        elif random() < p.empowerment and server.does_well() and (random() >= p.handoff or (
                bool(server.outside) and self.random.choice(server.outside).does_well())):
            experience = 1.0
        else:
            experience = p.apology
            for manager in server.chain:
                handled += 1
                if manager.does_well():
                    experience = p.patience**(handled + p.red_tape)
                    break
            else:
                self.unsettled = self.model.t
        self.tell(server, handled, experience)
        return experience

    def tell(self, server: Employee, handled: int, experience: float) -> None:
        """Let the server hear of it, and the chain above as far as it gets (7.3)."""
        feedback, random = self.model.p.feedback, self.random.random
        server.happened += 1
        known = random() < feedback
        if known:
            server.hear(experience)
        known = known or handled > 0
        for step, manager in enumerate(server.chain, 1):
            manager.happened += 1
            if step > handled:
                known = known and random() < feedback
            if known:
                manager.hear(experience)

    def stay_or_leave(self) -> None:
        """Leave, unless one is held back (7.6)."""
        if self.status is not CUSTOMER:
            return
        p = self.model.p
        hazard = p.churn_floor + p.churn_slope * (1.0 - self.satisfaction)**2
        if self.is_fresh(self.near):
            hazard *= 1.0 + p.contagion
        if self.random.random() < hazard:
            if self.random.random() < p.exit_friction:
                self.satisfaction, self.angry = 0.0, True
            else:
                self.status, self.left = FORMER, self.model.t
                self.model.leavers.append(self)

    def talk(self) -> None:
        """Speak well or badly to neighbours who are prospects (7.7)."""
        p, random = self.model.p, self.random.random
        if self.status is CUSTOMER and self.satisfaction >= p.advocate_at:
            for tie in self.ties:
                if tie.status is PROSPECT and random() < p.positive:
                    tie.good += 1
        elif ((self.status is CUSTOMER and (self.satisfaction <= p.detractor_at or self.is_fresh(self.unsettled)))
              or (self.status is FORMER and self.angry and self.is_fresh(self.left))):
            for tie in self.ties:
                if tie.status is PROSPECT and random() < p.negative:
                    tie.bad.append(self.model.t)

    def decide(self) -> None:
        """Join, or be won back (7.7)."""
        p = self.model.p
        if self.status is PROSPECT:
            good = self.good + (self.random.random() < p.advertising)
            self.good = 0
            if good:
                self.bad = [period for period in self.bad if self.is_fresh(period)]
                if good >= p.weight_of_bad * len(self.bad):
                    self.status, self.satisfaction = CUSTOMER, p.first_impression
                    self.unsettled, self.angry = NEVER, False
        elif self.status is FORMER and self.left < self.model.t and self.random.random() < p.win_back:
            self.status, self.angry = PROSPECT, False


class Culture(Model):  # type: ignore[misc]
    """An organisation and its customers.

    Parameters
    ----------
    p : Params
    layers : Company
        Who is tied to whom.
    seed : int
    """

    def __init__(self, p: Params, layers: Company, seed: int) -> None:
        super().__init__(seed=seed)
        self.p = p._replace(hire_mean=0.5)
        self.t = 0
        self.leavers: list[Customer] = []
        mean = p.susceptibility
        total = mean * (1.0 - mean) / p.susceptibility_sd**2 - 1.0
        self.law = mean * total, (1.0 - mean) * total
        chart, informal, market = layers.chart, layers.informal, layers.customers
        staff = [Employee(self, s) for s in self.rng.beta(*self.law, chart.level.size)]
        for i, employee in enumerate(staff):
            employee.ties = [staff[k] for k in _row(informal.out_ptr, informal.out_idx, i)]
            employee.outside = [staff[k] for k in _row(layers.outside_ptr, layers.outside_idx, i)]
            above = chart.manager[i]
            while above != NOBODY:
                employee.chain.append(staff[above])
                above = chart.manager[above]
        public = [Customer(self, there) for there in self.rng.random(market.n) < p.customers_at_start]
        for j, customer in enumerate(public):
            customer.ties = [public[k] for k in _row(market.out_ptr, market.out_idx, j)]
            customer.servers = [staff[k] for k in _row(layers.server_ptr, layers.server_idx, j)]

    def step(self) -> None:
        """Go through a period, part by part."""
        self.t += 1
        employees, customers = self.agents_by_type[Employee], self.agents_by_type[Customer]
        customers.do("use_service")
        employees.do("commit")
        employees.do("turn_over")
        customers.do("stay_or_leave")
        for customer in self.leavers:
            for tie in customer.ties:
                tie.near = self.t
        self.leavers.clear()
        customers.do("talk")
        customers.do("decide")

    def outcomes(self) -> tuple[float, int]:
        """Return mean commitment and the number of customers."""
        return (float(np.mean(self.agents_by_type[Employee].get("commitment"))),
                self.agents_by_type[Customer].get("status").count(CUSTOMER))


def _row(ptr: Any, idx: Any, i: int) -> list[int]:
    found: list[int] = idx[ptr[i]:ptr[i + 1]].tolist()
    return found
