"""Chance: random numbers that belong to a seed, a decision, a month and an identity, nothing else.

Every number is the output of SplitMix64 (Steele, Lea and Flood 2014) read at a position instead of
in sequence: ``mix(key + GAMMA * identity)``. The key itself is a mixture of seed, the name of the
decision and the month. A draw therefore never depends on who else draws, on row order, on chunks
or on the number of processes.
"""

from __future__ import annotations

import functools
import hashlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.compiled import compiled, over_arrays

U64 = NDArray[np.uint64]
F64 = NDArray[np.float64]

GAMMA = 0x9E3779B97F4A7C15  # odd integer nearest 2**64 / golden ratio
MULTIPLIER_1 = 0xBF58476D1CE4E5B9
MULTIPLIER_2 = 0x94D049BB133111EB
MASK = (1 << 64) - 1
TO_UNIT = 2.0**-53
MOST_COUNTED = np.iinfo(np.int8).max  # of which a single byte can keep count
U_GAMMA, U_MULTIPLIER_1, U_MULTIPLIER_2 = (
    np.uint64(number) for number in (GAMMA, MULTIPLIER_1, MULTIPLIER_2)
)
SHIFT_1, SHIFT_2, SHIFT_3, TO_53_BITS = (np.uint64(bits) for bits in (30, 27, 31, 11))


def mix_integer(value: int) -> int:
    """The SplitMix64 finaliser on one integer."""
    value &= MASK
    value = ((value ^ (value >> 30)) * MULTIPLIER_1) & MASK
    value = ((value ^ (value >> 27)) * MULTIPLIER_2) & MASK
    return value ^ (value >> 31)


@compiled
def mix(value: np.uint64) -> np.uint64:
    """The SplitMix64 finaliser on one number of 64 bits, for compiled code."""
    value = (value ^ (value >> SHIFT_1)) * U_MULTIPLIER_1
    value = (value ^ (value >> SHIFT_2)) * U_MULTIPLIER_2
    return value ^ (value >> SHIFT_3)


@over_arrays("uint64(uint64, uint64)")
def _next(identity: np.uint64, bits: np.uint64) -> np.uint64:
    """Bits that belong to an identity, out of those of what came before it."""
    return mix(identity * U_GAMMA + bits)


@over_arrays("float64(uint64)")
def _unit(bits: np.uint64) -> Any:
    return float(bits >> TO_53_BITS) * TO_UNIT


@over_arrays("float64(uint64, uint64)")
def _next_unit(identity: np.uint64, bits: np.uint64) -> Any:
    return float(mix(identity * U_GAMMA + bits) >> TO_53_BITS) * TO_UNIT


@over_arrays("float64(uint64, uint64)")
def _normal(bits: np.uint64, key: np.uint64) -> Any:
    first = float(bits >> TO_53_BITS) * TO_UNIT
    second = float(mix(bits * U_GAMMA + key) >> TO_53_BITS) * TO_UNIT
    return np.sqrt(-2.0 * np.log1p(-first)) * np.cos(2.0 * np.pi * second)


@functools.cache
def name_key(name: str) -> int:
    """A 64-bit number for a name, the same on every machine."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "little")


@functools.lru_cache(maxsize=4096)
def decision_key(seed: int, decision: str, month: int = 0) -> int:
    """The key of one decision in one month of one seed."""
    return mix_integer(_key_of_all_months(seed, decision) + GAMMA * (month + 1))


@functools.lru_cache(maxsize=4096)
def _key_of_all_months(seed: int, decision: str) -> int:
    return mix_integer(mix_integer(seed + GAMMA) ^ name_key(decision))


def draw(key: int, *identities: Any) -> U64:
    """64 random bits for each identity; several identities name a pair or a triple.

    Parameters
    ----------
    key
        From :func:`decision_key`.
    identities
        Integer arrays (or numbers) that broadcast together, such as a person and an employer.
    """
    bits: Any = np.uint64(key & MASK)
    for identity in identities:
        bits = _next(_as_bits(identity), bits)
    return np.atleast_1d(bits)


def _as_bits(identity: Any) -> U64:
    is_array = isinstance(identity, np.ndarray) and identity.ndim > 0
    array = identity if is_array else np.atleast_1d(identity)
    return np.asarray(array.astype(np.uint64, copy=False))


def uniform(key: int, *identities: Any) -> F64:
    """Numbers in [0, 1), 53 bits each: ``unit(draw(key, *identities))`` in one step less."""
    *before, last = identities
    bits = draw(key, *before) if before else np.uint64(key & MASK)
    return np.asarray(_next_unit(_as_bits(last), bits))


def unit(bits: U64) -> F64:
    """Bits as numbers in [0, 1)."""
    return np.asarray(_unit(bits))


def draw_each(key: int, identity: U64, number: int) -> U64:
    """Bits for each identity and each of the numbers from 0, one identity after the other.

    The same as ``draw(key, identity, …)`` with both repeated so often.
    """
    return _each(np.uint64(key & MASK), identity, number)


@compiled
def _each(key: np.uint64, identity: U64, number: int) -> U64:
    bits = np.empty(identity.size * number, dtype=np.uint64)
    for at in range(identity.size):
        own = mix(identity[at] * U_GAMMA + key)
        for time in range(number):
            bits[at * number + time] = mix(np.uint64(time) * U_GAMMA + own)
    return bits


def normal(key: int, *identities: Any) -> F64:
    """Standard normal numbers by the transform of Box and Muller (1958)."""
    bits = draw(key, *identities)
    return np.asarray(_normal(bits, np.uint64(mix_integer(key))))


def choose(cumulative: F64, at: F64) -> NDArray[np.intp]:
    """The index whose slice of a cumulated distribution holds each number.

    ``cumulative`` has shape (choices,) or (rows, choices), its last column the total.
    """
    if cumulative.ndim == 1:
        found = np.searchsorted(cumulative, at * cumulative[-1], side="right")
        return np.asarray(np.minimum(found, cumulative.size - 1))
    scaled = at * cumulative[:, -1]
    # the last choice takes what is left; counting in single bytes is several times faster
    passed = cumulative[:, :-1] <= scaled[:, None]
    assert passed.shape[1] <= MOST_COUNTED
    return np.asarray(np.einsum("nc->n", passed.view(np.int8)), dtype=np.intp)


@compiled
def choose_in_row(cumulative: F64, row: NDArray[Any], at: F64) -> NDArray[np.intp]:
    """The same choice where many choose by few distributions: ``row`` says by which of them."""
    chosen = np.empty(at.size, dtype=np.intp)
    last = cumulative.shape[1] - 1
    for choice in range(at.size):
        slices, passed = row[choice], 0
        scaled = at[choice] * cumulative[slices, last]
        # several numbers are compared at once, which is quicker than to halve what is left
        for place in range(last):
            passed += cumulative[slices, place] <= scaled
        chosen[choice] = passed
    return chosen


def round_by_luck(amounts: F64, luck: F64) -> NDArray[np.int64]:
    """Whole numbers that are exact in expectation: floor(amount + luck), luck in [0, 1)."""
    return np.floor(amounts + luck).astype(np.int64)
