"""Closed forms and fixed points that a simulation is compared with; exact for large random networks.

A node adopts when the active share of its neighbours (of those it hears, in a directed network) reaches its
threshold. Networks are random but for their degrees, hence locally trees, so every result is exact as the
number of nodes grows. In a directed network in- and out-degree are independent of each other, unless a law of
both is given. Opinions and voters, and the exact answers on small networks, are for a network as it is.
"""

from simcore.network import degree_laws
from simcore.theory.bass import BassPeak, bass_complete, bass_configuration, bass_curve, bass_peak, bass_ring
from simcore.theory.big_seed import BigSeed, big_seed, reproduction_rate
from simcore.theory.cascade_conditions import SeededCondition, gain, seeded_condition, vulnerable_cluster_mean
from simcore.theory.critical_seeds import CriticalSeeds, critical_seed_share
from simcore.theory.degree_targeting import Targeting, degree_targeting
from simcore.theory.early_adopters import Newcomers, early_adopter_crossover, early_adopter_degree, newcomers
from simcore.theory.epidemics import SirCourse, discrete_sir, markov_sir, sir_course
from simcore.theory.exchange_rates import Saving, hub_worth, several_seeds, targeting_saves, top_worth
from simcore.theory.final_sizes import final_size, final_size_given_global
from simcore.theory.generalised_contagion import (
    ContagionClass,
    SaddleNode,
    SteadyStates,
    contagion_class,
    exposure_chances,
    prevalence_map,
    saddle_node,
    steady_states,
)
from simcore.theory.group_cascades import (
    asynchronous_time_course_in_groups,
    final_size_in_groups,
    time_course_in_groups,
)
from simcore.theory.group_triggers import GroupTrigger, gain_matrix, triggering_in_groups
from simcore.theory.groups import Groups, assortative, degree_correlated, modular, stochastic_blocks
from simcore.theory.mixing import q_voter_course, recurrent_course, sis_course
from simcore.theory.opinions import (
    degroot_limit,
    friedkin_johnsen_limit,
    influence_weights,
    voter_consensus_time,
    voter_fixation,
)
from simcore.theory.percolation import (
    Outbreak,
    bond_percolation,
    borel,
    critical_transmission,
    expected_spread,
    seeded_outbreak,
)
from simcore.theory.prediction import (
    Prediction,
    Seeding,
    Start,
    outbreak_prediction,
    poisson_prediction,
    threshold_prediction,
)
from simcore.theory.small_graphs import cascade_sizes, complete_sizes, path_spread, star_spread, triangle_spread
from simcore.theory.threshold_laws import ThresholdLaw
from simcore.theory.time_courses import asynchronous_time_course, time_course, time_course_by_degree
from simcore.theory.triggers import (
    Trigger,
    by_degree,
    direct_ratio,
    multiplier,
    ordinary,
    top_share,
    triggering,
)
from simcore.theory.windows import cascade_window, first_open, seeded_window

__all__ = [
    "BassPeak",
    "BigSeed",
    "ContagionClass",
    "CriticalSeeds",
    "GroupTrigger",
    "Groups",
    "Newcomers",
    "Outbreak",
    "Prediction",
    "SaddleNode",
    "Saving",
    "SeededCondition",
    "Seeding",
    "SirCourse",
    "Start",
    "SteadyStates",
    "Targeting",
    "ThresholdLaw",
    "Trigger",
    "assortative",
    "asynchronous_time_course",
    "asynchronous_time_course_in_groups",
    "bass_complete",
    "bass_configuration",
    "bass_curve",
    "bass_peak",
    "bass_ring",
    "big_seed",
    "bond_percolation",
    "borel",
    "by_degree",
    "cascade_sizes",
    "cascade_window",
    "complete_sizes",
    "contagion_class",
    "critical_seed_share",
    "critical_transmission",
    "degree_correlated",
    "degree_laws",
    "degree_targeting",
    "degroot_limit",
    "direct_ratio",
    "discrete_sir",
    "early_adopter_crossover",
    "early_adopter_degree",
    "expected_spread",
    "exposure_chances",
    "final_size",
    "final_size_given_global",
    "final_size_in_groups",
    "first_open",
    "friedkin_johnsen_limit",
    "gain",
    "gain_matrix",
    "hub_worth",
    "influence_weights",
    "markov_sir",
    "modular",
    "multiplier",
    "newcomers",
    "ordinary",
    "outbreak_prediction",
    "path_spread",
    "poisson_prediction",
    "prevalence_map",
    "q_voter_course",
    "recurrent_course",
    "reproduction_rate",
    "saddle_node",
    "seeded_condition",
    "seeded_outbreak",
    "seeded_window",
    "several_seeds",
    "sir_course",
    "sis_course",
    "star_spread",
    "steady_states",
    "stochastic_blocks",
    "targeting_saves",
    "threshold_prediction",
    "time_course",
    "time_course_by_degree",
    "time_course_in_groups",
    "top_share",
    "top_worth",
    "triangle_spread",
    "triggering",
    "triggering_in_groups",
    "voter_consensus_time",
    "voter_fixation",
    "vulnerable_cluster_mean",
]
