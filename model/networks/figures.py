"""Figures of the collaboration as a whole, read from all ties and not from a sample."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from agents.chance import draw
from model.networks.tail import power_law_tail
from model.world import I64, World

I32 = NDArray[np.int32]
CLUSTERING_SAMPLE = 2_000
"""People whose neighbours are compared with each other; the error says what that leaves open."""


class CollaborationFigures(NamedTuple):
    """What the ties look like; NaN where there is nothing to compute a figure from."""

    ties: int
    """Ties between agents who are still there."""
    mean_in_degree: float
    """Ties that point to a person, on average."""
    largest_in_degree: int
    tail_exponent: float
    """Exponent of the power law fitted to the tail of ties that point to a person."""
    tail_exponent_error: float
    tail_threshold: int
    """Ties from which on a person belongs to the tail."""
    tail_share: float
    """Share of people in the tail."""
    tail_distance: float
    """Largest gap between the fitted and the found distribution function."""
    tail_over_exponential: float
    """Standard normal under equal fit: above 2 a power law, below -2 an exponential fits better."""
    assortativity: float
    """Correlation of the numbers of neighbours at both ends of a tie, direction left out."""
    assortativity_error: float
    clustering: float
    """Share of pairs of a person's neighbours who are tied, mean over people."""
    clustering_error: float
    reciprocity: float
    """Share of ties that are answered by one the other way."""
    across_borders: float
    """Share of ties between people who live in different countries."""
    across_employers: float
    """Share of ties between different employers, both at work."""
    same_origin: float
    """Share of ties between people born in the same country."""


UNITS = {
    "ties": "ties between agents", "mean_in_degree": "ties", "largest_in_degree": "ties",
    "tail_exponent": "1", "tail_exponent_error": "1", "tail_threshold": "ties",
    "tail_share": "share", "tail_distance": "share", "tail_over_exponential": "standard normal",
    "assortativity": "correlation", "assortativity_error": "correlation", "clustering": "share",
    "clustering_error": "share", "reciprocity": "share", "across_borders": "share",
    "across_employers": "share", "same_origin": "share",
}  # fmt: skip
assert tuple(UNITS) == CollaborationFigures._fields


def collaboration_figures(world: World) -> CollaborationFigures:
    """Degrees, tail, mixing and closure of the ties as they stand now.

    Row order cannot change a figure: counts are whole numbers, and rests are added in order of
    size or of luck.
    """
    people = world.researchers
    tied = distinct(people.tied_rows(np.arange(people.count)))
    source, slot = np.nonzero(tied >= 0)
    target = tied[source, slot].astype(np.int64)
    into = np.bincount(target, minlength=people.count)
    tail = power_law_tail(np.bincount(into))
    pairs = Pairs(source, target, people.count)
    assortativity, assortativity_error = degree_correlation(pairs)
    luck = draw(world.key("clustering sample", 0), people.key)
    clustering, clustering_error = mean_clustering(pairs, luck, CLUSTERING_SAMPLE)
    employer = people.employer[source], people.employer[target]
    at_work = (employer[0] >= 0) & (employer[1] >= 0)
    return CollaborationFigures(
        ties=source.size,
        mean_in_degree=_share(source.size, people.count),
        largest_in_degree=int(into.max(initial=0)),
        tail_exponent=tail.exponent,
        tail_exponent_error=tail.error,
        tail_threshold=tail.threshold,
        tail_share=_share(tail.size, people.count),
        tail_distance=tail.distance,
        tail_over_exponential=tail.over_exponential,
        assortativity=assortativity,
        assortativity_error=assortativity_error,
        clustering=clustering,
        clustering_error=clustering_error,
        reciprocity=_share(2 * (source.size - pairs.low.size), source.size),
        across_borders=_differing(people.country, source, target),
        across_employers=_share(
            int((at_work & (employer[0] != employer[1])).sum()), int(at_work.sum())
        ),
        same_origin=1.0 - _differing(people.birth_country, source, target),
    )


def in_degrees(world: World) -> I64:
    """Ties that point to each person, by row."""
    people = world.researchers
    tied = distinct(people.tied_rows(np.arange(people.count)))
    return np.bincount(tied[tied >= 0], minlength=people.count)


def distinct(tied: I32) -> I32:
    """Slots in rising order with a person's second tie to the same other, or to itself, emptied."""
    own = np.arange(len(tied), dtype=tied.dtype)[:, None]
    kept = np.sort(np.where(tied == own, -1, tied), axis=1)
    kept[:, 1:][kept[:, 1:] == kept[:, :-1]] = -1
    return np.asarray(kept)


class Pairs:
    """People tied in either direction, each pair once, sorted by its code."""

    def __init__(self, source: I64, target: I64, people: int) -> None:
        """``source`` points to ``target``, each ordered pair once, shape (ties,)."""
        self.people = people
        codes = np.sort(np.minimum(source, target) * people + np.maximum(source, target))
        self.codes = codes[np.diff(codes, prepend=-1) != 0]
        self.low, self.high = np.divmod(self.codes, max(people, 1))
        self.degree = np.bincount(self.low, minlength=people)
        self.degree += np.bincount(self.high, minlength=people)

    def holds(self, low: I64, high: I64) -> NDArray[np.bool_]:
        """Whether each of some pairs is tied."""
        wanted = low * self.people + high
        place = np.minimum(np.searchsorted(self.codes, wanted), self.codes.size - 1)
        return np.asarray(self.codes[place] == wanted)


def degree_correlation(pairs: Pairs) -> tuple[float, float]:
    """Assortativity of the undirected graph and its standard error.

    Notes
    -----
    Newman 2002: the correlation of the degrees at both ends over all ties. The error is that of
    leaving out one tie at a time, to first order; it takes ties as independent, which colleagues'
    ties are not, and is therefore too small.
    """
    one, other = pairs.degree[pairs.low], pairs.degree[pairs.high]
    ends = 2 * one.size
    if ends == 0:
        return math.nan, math.nan
    mean = int((one + other).sum()) / ends
    variance = int((one * one + other * other).sum()) / ends - mean * mean
    if variance <= 1e-12 * mean * mean:   # everybody has as many neighbours
        return math.nan, math.nan
    correlation = (int((one * other).sum()) * 2 / ends - mean * mean) / variance
    first, second = one - mean, other - mean
    influence = first * second - correlation / 2 * (first * first + second * second)
    # in order of size, since sums of rounded numbers depend on their order
    squares = np.sort(influence * influence).sum()
    return correlation, float(math.sqrt(squares) / variance / one.size)


def mean_clustering(pairs: Pairs, luck: NDArray[np.uint64], size: int) -> tuple[float, float]:
    """Mean local clustering over people chosen by luck, and its standard error from the choice.

    Notes
    -----
    Watts and Strogatz 1998: the share of a person's pairs of neighbours who are tied themselves;
    nought with fewer than two neighbours.
    """
    if pairs.people == 0 or pairs.codes.size == 0:
        return math.nan, math.nan
    chosen = np.argsort(luck, kind="stable")[:size]
    inside = np.zeros(pairs.people, dtype=bool)
    inside[chosen] = True
    out, back = inside[pairs.low], inside[pairs.high]
    person = np.concatenate((pairs.low[out], pairs.high[back]))
    neighbour = np.concatenate((pairs.high[out], pairs.low[back]))
    order = np.lexsort((neighbour, person))
    person, neighbour = person[order], neighbour[order]
    first, last = (np.searchsorted(person, chosen, side) for side in ("left", "right"))
    shares = np.zeros(chosen.size)
    for place in np.flatnonzero(last - first >= 2):
        known = neighbour[first[place] : last[place]]
        one, other = np.triu_indices(known.size, 1)
        shares[place] = pairs.holds(known[one], known[other]).mean()
    part = 1.0 - chosen.size / pairs.people   # nothing is left open where everybody was asked
    error = float(shares.std(ddof=1) * math.sqrt(part / shares.size)) if shares.size > 1 else 0.0
    return float(shares.mean()), error


def _differing(values: NDArray[np.int8], source: I64, target: I64) -> float:
    return _share(int((values[source] != values[target]).sum()), source.size)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else math.nan
