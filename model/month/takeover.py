"""Takeover: what a deal does to people, money, technology, shares, and what is left of the firm."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from agents.chance import decision_key, draw, name_key, normal
from agents.deals import Shares, shared_out
from agents.employers import WorthParameters, applied_share, effect_of
from agents.populations import Rows
from agents.ventures import Ending
from model.deal_book import DealStatus
from model.deal_forms import FormTable, Remainder
from model.month.deal_search import DealParameters, teams_of
from model.month.deal_terms import moving
from model.month.exits import ExitParameters, schedule_job_ends
from model.month.retention import promise
from model.month.search import SearchParameters, schedule_search
from model.month.ventures import close
from model.world import F64, World


class Conditions(NamedTuple):
    """The parameters that people and firms go by when a deal is carried out."""

    deals: DealParameters
    search: SearchParameters
    exits: ExitParameters
    worth: WorthParameters


MOST_GAIN = 0.1  # log gain at once of a firm in a coarse world, where a row is many deals


def carry_out(
    world: World, row: int, forms: FormTable, conditions: Conditions
) -> None:
    """Do what a deal says: people move, money is paid out, technology is shared."""
    deals, employers = world.book.deals, world.employers
    form, target, buyer = int(deals.form[row]), int(deals.target[row]), int(deals.buyer[row])
    venture = int(world.ventures.of_employers(employers.count)[target])
    movers = _movers(world, target, forms, form)
    price = int(deals.held[row])
    later = round(price * float(forms.retention_share[form])) if movers.size else 0
    deals.held[row] = 0
    paid = _pay(world, forms, form, target, venture, movers, price - later)
    if movers.size:
        _move(world, movers, buyer, target, conditions)
        months = int(forms.retention_months[form])
        promise(world, movers, buyer, later, months, _claims(world, movers, venture))
    gain = min(float(deals.gain[row]), MOST_GAIN)
    employers.technology[employers.firm == buyer] *= np.exp(gain)
    _leave_behind(world, forms, form, target, buyer, venture, paid, conditions.exits)
    deals.people[row], deals.moved[row] = movers.size, forms.technology_share[form]
    deals.status[row] = DealStatus.DONE


def _movers(world: World, target: int, forms: FormTable, form: int) -> Rows:
    """Who moves, the first in standing; not who has a job abroad and waits for the visa."""
    members, _, heads = teams_of(world, np.array([target]))
    first = members[: int(moving(heads, forms)[0, form])]
    return first[~world.researchers.waiting[first]]


def _pay(
    world: World, forms: FormTable, form: int, target: int, venture: int, movers: Rows,
    amount: int,
) -> int:
    """Pay out what is not held back for movers, by the order of claims.

    Returns
    -------
    What investors got, in cents.
    """
    accounts, employers = world.accounts, world.employers
    country = int(employers.country[target])
    if venture < 0 or not (forms.holders_paid[form] or forms.to_staff[form]):
        employers.cash[target] += amount
        return 0
    if not forms.holders_paid[form]:
        accounts.households[country] += amount
        return 0
    v = world.ventures
    named = forms.to_investors[form], forms.to_founders[form], forms.to_staff[form]
    held = v.investors_share[venture], v.founders_share[venture], v.staff_share[venture]
    stays = bool(forms.to_firm[form]) and not named[1]
    parts = [share if name or (stays and place) else 0.0
             for place, (name, share) in enumerate(zip(named, held, strict=True))]
    raised = int(v.raised[venture]) if named[0] else 0
    investors, founders, staff = _shared(amount, raised, parts)
    accounts.investors += investors
    if stays:
        employers.cash[target] += founders + staff
    else:
        accounts.households[country] += founders + staff
    return investors


def _shared(amount: int, raised: int, parts: list[float]) -> tuple[int, int, int]:
    """An amount among investors, founders and staff by their shares, in whole cents."""
    total = max(sum(parts), 1e-9)
    investors, founders, staff = (np.array([part / total]) for part in parts)
    got = shared_out(np.array([amount]), np.array([raised]), Shares(founders, investors, staff))
    first, second, third = (int(part[0]) for part in got)
    return first, second, third


def _claims(world: World, movers: Rows, venture: int) -> F64:
    """Part of retention pay of each mover: as of shares, founders' to the first in standing."""
    staff = world.researchers.effect[movers].astype(np.float64)
    part = staff / staff.sum()
    if movers.size > 1:
        founders = float(world.ventures.founders_share[venture])
        founders /= max(founders + float(world.ventures.staff_share[venture]), 1e-9)
        part[1:] *= (1.0 - founders) / part[1:].sum()
        part[0] = founders
    return np.asarray(part)


def _move(
    world: World, movers: Rows, buyer: int, target: int, conditions: Conditions
) -> None:
    """People change employers without having chosen it; pay and right to stay remain.

    Fit is their persistent draw for the buyer, as for anybody who is not asked; the worse it is,
    the sooner they look for something else.
    """
    people, employers = world.researchers, world.employers
    site = _site(world, buyer, target, movers, conditions.worth)
    pay = people.pay[movers].copy()
    fit = world.fit(movers, np.full(movers.size, site))
    for other in range(1, round(conditions.deals.fit_draws)):
        chance = normal(
            decision_key(world.seed, "another fit", other), people.key[movers],
            employers.key[employers.firm[site]],
        )
        fit = np.maximum(fit, chance)
    world.leave_job(movers)
    mix = np.broadcast_to(employers.mix[site], (movers.size, employers.mix.shape[1]))
    effect = effect_of(
        people.ability[movers], people.skill[movers], people.other_discipline[movers], mix,
        applied_share(mix), conditions.worth.applied_premium,
    )
    world.take_job(movers, np.full(movers.size, site), pay, effect, fit, by_deal=True)
    schedule_job_ends(world, movers, conditions.exits)
    schedule_search(world, movers, conditions.search)


def _site(
    world: World, buyer: int, target: int, movers: Rows, worth: WorthParameters
) -> int:
    """Where the buyer employs the movers: its row in their country, or a new one there."""
    employers = world.employers
    country = employers.country[target]
    rows = np.flatnonzero((employers.firm == buyer) & (employers.country == country))
    rows = rows[employers.opens[rows] <= world.month]
    if rows.size:
        return int(rows[0])
    return _new_site(world, buyer, target, movers, worth)


def _new_site(
    world: World, buyer: int, target: int, movers: Rows, worth: WorthParameters
) -> int:
    """A laboratory of the buyer in the target's country, which goes on with the target's work.

    Technology is such that the movers make there what they made before.
    """
    employers, k = world.employers, world.persons_per_agent
    columns = employers.rows(np.array([buyer]))
    part = world.researchers.effect[movers].sum() / max(int(employers.effect[target]), 1)
    before, theirs = employers.persons_per_agent[target], employers.rows(np.array([target]))
    for name in ("country", "mix", "tilt", "environment", "setting", "premium", "technology",
                 "growth", "demand_growth"):
        columns[name] = theirs[name]
    # A · K^α · H^γ falls with people and computing exactly as the part of output that moves
    size = part * k / before
    columns["computing"] = theirs["computing"] * size
    rest = 1.0 - worth.team_elasticity - worth.computing_elasticity
    columns["technology"] = theirs["technology"] * size**rest
    for name in ("heads", "effect", "payroll", "promised_heads", "promised_effect",
                 "promised_pay", "produced", "budget", "cash"):
        columns[name] = np.zeros_like(columns[name])
    country = int(employers.country[target])
    columns["key"] = draw(name_key("SITE"), employers.key[buyer : buyer + 1], country)
    columns["opens"] = np.array([world.month], dtype=np.int16)
    columns["persons_per_agent"] = np.array([k])
    columns["capacity"] = np.array([np.inf])
    columns["firm"] = np.array([buyer], dtype=np.int32)
    [row] = employers.born(1, **columns)
    name = f"{employers.names[buyer]} ({world.tables.countries[country]})"
    # the name of a laboratory that is to open later is taken
    employers.names.append(f"{name} site" if name in employers.names else name)
    return int(row)


def _leave_behind(
    world: World, forms: FormTable, form: int, target: int, buyer: int, venture: int,
    paid: int, exits: ExitParameters,
) -> None:
    """What becomes of the target: it closes, changes hands, or goes on smaller."""
    employers, v = world.employers, world.ventures
    if venture < 0:
        return
    if forms.remainder[form] == Remainder.CLOSES:
        _hand_out(world, target, venture, paid)
        close(world, np.array([venture]), Ending.BOUGHT, exits)
        return
    stake = float(forms.stake_share[form])
    share = float(forms.technology_share[form])
    if forms.control[form]:
        v.closed[venture], v.ending[venture] = world.month, Ending.BOUGHT
        employers.firm[target] = buyer
        return
    if forms.exclusive[form]:
        employers.technology[target] *= 1.0 - share
    if forms.moves[form] == 0:
        v.licensed[venture] = max(float(v.licensed[venture]), share)
    if stake > 0:
        for name in ("founders_share", "investors_share", "staff_share"):
            getattr(v, name)[venture] *= 1.0 - stake
        v.investors_share[venture] += stake
    if employers.heads[target] == 0:
        close(world, np.array([venture]), Ending.HOLLOWED, exits)


def _hand_out(world: World, target: int, venture: int, paid: int) -> None:
    """What founders and staff get of the cash of a firm that closes; investors get the rest."""
    v, employers = world.ventures, world.employers
    cash = max(int(employers.cash[target]), 0)
    parts = [float(getattr(v, name)[venture])
             for name in ("investors_share", "founders_share", "staff_share")]
    owed = max(int(v.raised[venture]) - paid, 0)
    _, founders, staff = _shared(cash, owed, parts)
    employers.cash[target] -= founders + staff
    world.accounts.households[int(employers.country[target])] += founders + staff


