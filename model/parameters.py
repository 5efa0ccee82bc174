"""Gathers the parameters that the processes declare; declares none itself."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from agents.deals import BargainParameters
from agents.declare import InputError, Parameter, declared, replaced, unknown_name
from agents.employers import WorthParameters
from model.governments.costs import MeasureParameters
from model.governments.observation import ReviewParameters
from model.governments.remedies import TowerParameters
from model.month.accounts import AccountParameters
from model.month.agenda import AgendaParameters
from model.month.budgets import BudgetParameters
from model.month.choice_of_study import ChoiceParameters
from model.month.computing import ComputingParameters
from model.month.deal_search import DealParameters
from model.month.education import EducationParameters
from model.month.equity import EquityParameters
from model.month.exits import ExitParameters
from model.month.founding import FoundingParameters
from model.month.frontier import FrontierParameters
from model.month.growth import AdoptionParameters
from model.month.labs import LabParameters
from model.month.learning import LearningParameters
from model.month.posts import PostParameters
from model.month.public_pay import PublicPayParameters
from model.month.rights import RightsParameters
from model.month.rounds import FundingParameters
from model.month.sales import VentureParameters
from model.month.search import SearchParameters
from model.month.seekers import SeekerParameters
from model.month.shocks import ShockParameters
from model.month.ties import TieParameters
from model.month.utility import BiddingParameters
from model.opening_parameters import OpeningParameters
from model.people import PeopleParameters


@dataclasses.dataclass(frozen=True)
class Parameters:
    """All parameter groups; names are ``group.name``."""

    accounts: AccountParameters = AccountParameters()
    adoption: AdoptionParameters = AdoptionParameters()
    agenda: AgendaParameters = AgendaParameters()
    bargain: BargainParameters = BargainParameters()
    bidding: BiddingParameters = BiddingParameters()
    budgets: BudgetParameters = BudgetParameters()
    choice: ChoiceParameters = ChoiceParameters()
    computing: ComputingParameters = ComputingParameters()
    deals: DealParameters = DealParameters()
    education: EducationParameters = EducationParameters()
    equity: EquityParameters = EquityParameters()
    exits: ExitParameters = ExitParameters()
    founding: FoundingParameters = FoundingParameters()
    frontier: FrontierParameters = FrontierParameters()
    funding: FundingParameters = FundingParameters()
    labs: LabParameters = LabParameters()
    learning: LearningParameters = LearningParameters()
    measures: MeasureParameters = MeasureParameters()
    opening: OpeningParameters = OpeningParameters()
    people: PeopleParameters = PeopleParameters()
    posts: PostParameters = PostParameters()
    public_pay: PublicPayParameters = PublicPayParameters()
    reviews: ReviewParameters = ReviewParameters()
    rights: RightsParameters = RightsParameters()
    search: SearchParameters = SearchParameters()
    seekers: SeekerParameters = SeekerParameters()
    shocks: ShockParameters = ShockParameters()
    ties: TieParameters = TieParameters()
    tower: TowerParameters = TowerParameters()
    ventures: VentureParameters = VentureParameters()
    worth: WorthParameters = WorthParameters()

    @classmethod
    def with_settings(cls, settings: Mapping[str, Any], file: str | None = None) -> Parameters:
        """The defaults with some values changed.

        Raises
        ------
        InputError
            All faults together, each with the range or the nearest known name.
        """
        base = cls()
        groups = {field.name for field in dataclasses.fields(cls)}
        by_group: dict[str, dict[str, Any]] = {}
        faults: list[str] = []
        for name, value in settings.items():
            group, _, key = name.partition(".")
            if group not in groups or not key:
                known = [parameter.name for parameter in base.all()]
                faults.append(str(unknown_name("parameter", name, known)))
                continue
            by_group.setdefault(group, {})[key] = value
        changed = {}
        for group, values in by_group.items():
            try:
                changed[group] = replaced(getattr(base, group), group, values, file=None)
            except InputError as fault:
                faults.append(str(fault))
        if faults:
            raise InputError("; ".join(faults), file=file)
        return dataclasses.replace(base, **changed)

    def all(self) -> list[Parameter]:
        """Every parameter with its present value and declaration."""
        return [
            parameter
            for field in dataclasses.fields(self)
            for parameter in declared(getattr(self, field.name), field.name)
        ]


def all_parameters() -> list[Parameter]:
    """Every parameter with its default value."""
    return Parameters().all()
