"""Plans: what large firms decide once a year."""

from __future__ import annotations

from agents.deals import BargainParameters
from agents.employers import MONTHS
from model.month.agenda import AgendaParameters, set_agenda
from model.month.budgets import BudgetParameters, set_budgets
from model.month.labs import LabParameters
from model.month.new_labs import open_laboratories
from model.month.utility import BiddingParameters
from model.opening_parameters import Groups
from model.world import World


def plan_year(
    world: World, agenda: AgendaParameters, budgets: BudgetParameters, labs: LabParameters,
    bidding: BiddingParameters, bargain: BargainParameters, groups: Groups,
) -> None:
    """Every January named firms set their agenda and the pay of the year, and open laboratories."""
    if world.firms_rest or world.month % MONTHS:
        return
    set_agenda(world, agenda, bargain.obsolescence)
    set_budgets(world, budgets, groups.posts.margin, groups.worth)
    open_laboratories(world, labs, bidding, groups)
