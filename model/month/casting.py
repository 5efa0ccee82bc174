"""Casting: which employers of a world play the firms of the recorded deals."""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np

from agents.chance import name_key, round_by_luck, uniform
from agents.declare import InputError
from model.recorded_deals import RecordedDeal, deal_forms, recorded_deals
from model.tables import read_rows
from model.world import F64, World


class Part(NamedTuple):
    """An employer that plays the target of a recorded deal."""

    employer: int
    is_startup: bool
    persons: float
    """People of the firm that is meant."""
    team: int
    """The same in agents; the row may have more, who then stand for other firms."""
    luck: F64
    """That rounded them."""


def cast_target(world: World, deal: RecordedDeal) -> Part | None:
    """Who plays the target: the firm itself, who played it before, or a startup of its country.

    It is the startup with a team nearest to that of the firm, luck deciding between equals. From
    then on it has the name of the firm. None where there is no startup left to play it.
    """
    k = world.persons_per_agent
    luck = uniform(world.key("recorded team", 0), name_key(deal.target))
    firm = _named(world, deal.target)
    if firm >= 0:
        team = int(world.employers.heads[firm])
        return Part(firm, False, team * k, team, luck)
    before = _played(world, deal.target)
    if before is not None:
        row, team = before
        return Part(row, True, team * k, team, luck) if _open(world, row) else None
    persons = team_of(deal.target)
    team = int(round_by_luck(np.array([persons / k]), luck)[0])
    # where the firm goes on, somebody must be left in the row that plays it
    wanted = max(team, 2 if _goes_on(deal.target) else 1)
    startup = _startup(world, deal.target, deal.target_country, wanted)
    if startup is None:
        return None
    return Part(startup, True, persons, min(team, int(world.employers.heads[startup])), luck)


def cast_buyer(world: World, deal: RecordedDeal) -> int:
    """Who plays the buyer: the firm itself, who played it before, or a startup; -1: nobody.

    A firm that the data do not name is a startup of its country, and employs there alone, so it
    can take over nobody elsewhere.
    """
    firm = _named(world, deal.buyer)
    if firm >= 0:
        return firm
    if deal.buyer_country != deal.target_country:
        return -1
    before = _played(world, deal.buyer)
    if before is not None:
        return before[0] if _open(world, before[0]) else -1
    team = max(round(team_of(deal.buyer) / world.persons_per_agent), 1)
    row = _startup(world, deal.buyer, deal.buyer_country, team)
    return -1 if row is None else row


def _named(world: World, name: str) -> int:
    """The row at home of a firm of the data; -1: there is none of the name."""
    names = [firm.name for firm in world.tables.firms]
    return names.index(name) if name in names else -1


def _played(world: World, name: str) -> tuple[int, int] | None:
    """Who has played a firm in a deal, and its people who are still there, in agents."""
    records, found = world.book.records, None
    for number, buyer, target, team in zip(
        records.number.tolist(), records.buyer.tolist(), records.target.tolist(),
        records.team.tolist(), strict=True,
    ):
        deal = recorded_deals()[number]
        if deal.target == name and target >= 0:
            found = target, min(team, int(world.employers.heads[target]))
        elif deal.buyer == name and buyer >= 0:
            found = buyer, int(world.employers.heads[buyer])
    return found


def _open(world: World, row: int) -> bool:
    """Whether a startup goes on with people."""
    venture = world.ventures.of_employers(world.employers.count)[row]
    return bool(venture >= 0 and world.employers.heads[row] > 0)


def _startup(world: World, name: str, country: str, team: int) -> int | None:
    """The startup of a country nearest in size that plays nobody yet; it takes the name."""
    employers, records = world.employers, world.book.records
    row = world.ventures.employer[world.ventures.open_rows()].astype(np.int64)
    free = (employers.heads[row] > 0) & (employers.firm[row] == row)
    free &= employers.country[row] == world.tables.index[country]
    free &= ~np.isin(row, np.concatenate((records.target, records.buyer)))
    row = row[free]
    if row.size == 0:
        return None
    luck = uniform(world.key("recorded part", 0), employers.key[row], name_key(name))
    order = np.lexsort((luck, np.abs(employers.heads[row] - team)))
    chosen = int(row[order[0]])
    employers.names[chosen] = name
    return chosen


@functools.cache
def team_of(firm: str) -> float:
    """People of a firm of the record: in the data, or who moved over their share, else as usual."""
    for row in read_rows("firms.csv"):
        if row["firm"] == firm:
            return float(row["ai_staff"])
    for deal in recorded_deals():
        if deal.target == firm and deal.people_moved:
            return deal.people_moved / _share(deal)
    return usual_team()


@functools.cache
def _goes_on(target: str) -> bool:
    """Whether a target is left as a firm by a deal that was not given up."""
    done = [deal for deal in recorded_deals() if deal.target == target and not deal.abandoned]
    return any(
        deal_forms()[deal.form].remainder != "closes" if deal.stays_independent is None
        else deal.stays_independent for deal in done
    )


@functools.cache
def usual_team() -> float:
    """The middle of the teams of which the record tells the size, persons."""
    teams = [deal.people_moved / _share(deal) for deal in recorded_deals() if deal.people_moved]
    return float(np.median(teams))


def _share(deal: RecordedDeal) -> float:
    """Share of the team that moved; that of the form where it is not told."""
    told = deal.team_share_moved
    share = deal_forms()[deal.form].team_share if told is None else told
    if share <= 0:
        raise InputError("people moved, but no part of the team", file="deals_recorded.csv",
                         key="team_share_moved", value=told)  # fmt: skip
    return share
