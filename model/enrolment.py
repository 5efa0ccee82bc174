"""Enrolment: what public measures of study stood in the past, since study takes years."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from agents.levers import FIELDS

I64 = NDArray[np.int64]
F64 = NDArray[np.float64]

PUPILS = (len(FIELDS), len(FIELDS) + 1)
"""Tracks of gifted pupils: to a master's degree, to a doctorate; those before are the fields."""
TRACKS = len(FIELDS) + 2


@dataclasses.dataclass
class Enrolment:
    """Dated changes of yearly admissions, in order, and who has entered the profession since."""

    month: I64
    """When each change took effect."""
    country: I64
    persons: F64
    """Admitted a year from then on, shape (changes, tracks)."""
    entered: F64
    """Persons who have entered by now, shape (countries, tracks)."""

    @classmethod
    def none(cls, countries: int) -> Enrolment:
        """No measures so far."""
        nothing = np.zeros(0, dtype=np.int64)
        return cls(nothing, nothing, np.zeros((0, TRACKS)), np.zeros((countries, TRACKS)))

    def note(self, month: int, country: int, persons: F64) -> None:
        """Keep in mind what stands from a month on in a country, shape (tracks,)."""
        self.month = np.append(self.month, month)
        self.country = np.append(self.country, country)
        self.persons = np.concatenate((self.persons, persons[None, :]))

    def stood(self, month: I64) -> F64:
        """Admissions a year as they stood in a month, one a track; shape (countries, tracks)."""
        yearly = np.zeros_like(self.entered)
        for since, country, persons in zip(self.month, self.country, self.persons, strict=True):
            begun = since <= month
            yearly[country, begun] = persons[begun]
        return yearly
