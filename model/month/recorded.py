"""Recorded deals: what the press told happens at its date, to firms that play the parts."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

import numpy as np

from agents.chance import round_by_luck
from agents.deals import directed, overlap, technology_gain, technology_had
from agents.employers import CENTS, EmployerKind
from model.deal_book import DealStatus, Outcome, Review
from model.deal_forms import FormTable, Remainder, form_table
from model.month.casting import Part, cast_buyer, cast_target
from model.month.deal_search import Talks, Teams, teams_of
from model.month.deal_terms import means, offers
from model.month.deals import DealRules
from model.month.takeover import Conditions, carry_out
from model.recorded_deals import Recorded, RecordedDeal
from model.world import World


def make_recorded_deals(world: World, due: Sequence[Recorded], rules: DealRules) -> None:
    """Deals of the record whose date has come, where they take the place of others.

    Parameters
    ----------
    due
        Of the month, in the order of the record.
    """
    if world.firms_rest or not due:
        return
    for one in due:
        _inject(world, one, rules)
    world.accounts.trust = world.book.in_trust()


def _inject(world: World, one: Recorded, rules: DealRules) -> None:
    """Let one recorded deal happen, or keep for the ledger that nobody was there for it."""
    deal, records = one.deal, world.book.records
    form = form_table().names.index(deal.form)
    told = told_terms(form_table(), form, deal)
    target = cast_target(world, deal)
    buyer = cast_buyer(world, deal)
    if buyer < 0 or target is None:
        outcome = Outcome.NO_BUYER if buyer < 0 else Outcome.NO_TARGET
        records.born(
            1, number=one.number, outcome=outcome, deal=-1, buyer=-1, target=-1, team=0
        )
        return
    teams = _team(world, target)
    heads = int(teams.heads.sum())
    movers = min(_movers(world, deal, target, told.team_share[form]), heads)
    price = _price(world, deal, target, buyer, form, teams, told, rules)
    gain = _gain(world, target, buyer, form, movers, told, rules)
    row = _sign(world, one, target, buyer, form, price, gain, rules)
    moved = 0
    if not deal.abandoned:
        here = terms_here(told, form, movers, target, heads)
        conditions = Conditions(rules.deals, rules.search, rules.exits, rules.worth)
        carry_out(world, np.array([row]), teams, here, conditions)
        moved = int(world.book.deals.people[row])
    records.born(
        1, number=one.number, outcome=Outcome.IN_LEDGER, deal=row, buyer=buyer,
        target=target.employer, team=target.team - moved,
    )


def _team(world: World, target: Part) -> Teams:
    """People of the target but for those who have a job abroad and wait for the visa."""
    teams = teams_of(world, np.array([target.employer]))
    members = teams.members[~world.researchers.waiting[teams.members]]
    return teams._replace(members=members, heads=np.array([members.size]))


# Terms ------------------------------------------------------------------------------------------


def told_terms(forms: FormTable, form: int, deal: RecordedDeal) -> FormTable:
    """The forms, with what is told of a deal in place of the terms that its form implies."""
    changes = dict[str, float | bool]()
    if deal.team_share_moved is not None:
        changes["team_share"] = deal.team_share_moved
    elif deal.people_moved == 0:
        changes["team_share"] = 0.0
    if deal.stake_share is not None:
        changes["stake_share"] = deal.stake_share
    if deal.licence:
        changes["technology_share"] = 1.0
    if deal.stays_independent is not None:
        remainder = Remainder.CONTINUES if deal.stays_independent else Remainder.CLOSES
        changes["remainder"] = remainder
    if changes.get("team_share") == 0.0 and forms.to_firm[form]:
        # where nobody leaves the money is for the firm, which goes on
        changes |= dict.fromkeys(("to_investors", "to_founders", "to_staff"), False)
    return _with(forms, form, changes)


def terms_here(
    told: FormTable, form: int, movers: int, target: Part, heads: int
) -> FormTable:
    """The same for the row that plays the target, which may stand for other firms besides.

    Then it goes on with those who do not move, and keeps its technology.
    """
    part = min(target.team / heads, 1.0) if heads else 1.0
    changes = dict[str, float | bool]()
    changes["team_share"] = movers / heads if heads else 0.0
    changes["stake_share"] = told.stake_share[form] * part
    if part < 1.0:
        changes |= {"exclusive": False, "control": False, "remainder": Remainder.CONTINUES}
    return _with(told, form, changes)


def _with(forms: FormTable, form: int, changes: dict[str, float | bool]) -> FormTable:
    """The forms with some terms of one of them changed."""
    altered = {name: getattr(forms, name).copy() for name in changes}
    for name, value in changes.items():
        altered[name][form] = value
    return dataclasses.replace(forms, **altered)


def _alone(forms: FormTable, form: int) -> FormTable:
    """A table of one form."""
    columns = {
        field.name: getattr(forms, field.name)[form : form + 1]
        for field in dataclasses.fields(forms)
    }
    return FormTable(**columns)


# People, price, technology ----------------------------------------------------------------------


def _movers(world: World, deal: RecordedDeal, target: Part, share: float) -> int:
    """Agents who move: as recorded, else the share of the team; in persons right on average."""
    if share == 1.0 or share == 0.0:
        return round(target.team * share)
    known = deal.people_moved
    persons = share * target.persons if known is None else float(known)
    number = round_by_luck(np.array([persons / world.persons_per_agent]), target.luck)
    return min(int(number[0]), target.team)


def _price(
    world: World, deal: RecordedDeal, target: Part, buyer: int, form: int, teams: Teams,
    told: FormTable, rules: DealRules,
) -> int:
    """The price in cents at the scale of the model: as recorded, else what firms would agree on.

    The bargain is about one of the startups that the row stands for, the price in proportion to
    people. Between firms that are no startups nothing is counted as paid where nothing is told.
    """
    k = world.persons_per_agent
    if deal.price_usd is not None:
        return round(deal.price_usd * CENTS / k)
    heads = int(teams.heads.sum())
    if not target.is_startup or heads == 0 or deal.abandoned:
        return 0
    pair = Talks(np.array([target.employer]), np.array([buyer]), teams)
    found = offers(world, pair, _alone(told, form), rules.deals, rules.bargain, rules.worth)
    # they did agree, so neither side lost by it
    agreed = max(float(found.price[0]), float(found.least[0]), 0.0)
    return round(agreed * CENTS * target.persons / (heads * k))


def _gain(
    world: World, target: Part, buyer: int, form: int, movers: int, told: FormTable,
    rules: DealRules,
) -> float:
    """Log gain of the buyer's technology."""
    employers, row = world.employers, target.employer
    made = employers.produced * employers.persons_per_agent
    firm = np.bincount(employers.firm, made, employers.count)[buyer : buyer + 1]
    own = made[row : row + 1]
    if target.is_startup:
        own = own * target.persons / max(int(employers.heads[row]), 1)
    shared = overlap(employers.mix[buyer : buyer + 1], employers.mix[row : row + 1])
    moved = min(movers / max(target.team, 1), 1.0) if told.team_share[form] > 0 else 0.0
    known = directed(moved, told.control[form], rules.bargain)
    had = technology_had(told.technology_share[form], known, rules.bargain)
    return float(technology_gain(own, firm, shared, had, rules.bargain)[0])


def _sign(
    world: World, one: Recorded, target: Part, buyer: int, form: int, price: int, gain: float,
    rules: DealRules,
) -> int:
    """Enter the deal and put its price into trust; nothing is paid where it was given up.

    The buyer pays out of what it can spare. The rest, however large, its owners put up, or the
    investors of a startup: the record says that it was paid.

    Returns
    -------
    Row of deals.
    """
    employers, accounts = world.employers, world.accounts
    abandoned = one.deal.abandoned
    if not abandoned:
        spare, _ = means(world, rules.deals)
        put_up = max(price - int(spare[buyer]), 0)
        employers.cash[buyer] += put_up - price
        if employers.kind[buyer] == EmployerKind.STARTUP:
            accounts.investors -= put_up
        else:
            accounts.owners -= put_up
    [row] = world.book.deals.born(
        1, key=one.number, month=world.month, buyer=buyer, target=target.employer,
        country=employers.country[target.employer], form=form, price=price,
        held=0 if abandoned else price, invested=0, gain=gain, decides=world.month,
        status=DealStatus.ABANDONED if abandoned else DealStatus.PENDING,
        review=Review.NONE, ban_chance=0.0, people=0, moved=0.0,
    )
    return int(row)
