"""Published figures on startups: survival, rounds, dilution, staff's part of the equity."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from model.data.build.common import text_of, write_table
from model.data.build.prices import in_base_year

MILLION = 1e6
DAYS_A_MONTH = 365.25 / 12.0
BLS = "https://www.bls.gov/opub/ted/2005/jun/wk2/art02.htm"
CARTA_2018 = "https://www.duetpartners.com/weekly-briefing-note-for-founders-20-2-25/"
FUNNEL = "https://www.cbinsights.com/blog/venture-capital-funnel-2/"
SIZES = "https://carta.com/sg/en/data/round-sizes-q1-2024/"
VALUES = "https://carta.com/data/early-stage-rounds-rising-q3-2023/"
WAITS = "https://carta.com/data/time-between-VC-rounds-2024/"
STATE_2024 = "https://carta.com/data/state-of-private-markets-q4-2024/"
STATE_2025 = "https://carta.com/data/state-of-private-markets-q1-2025/"
SEED_2025 = (
    "https://www.saastr.com/the-state-of-seed-today-10-key-learnings-from-cartas-latest-data"
)
EQUITY = "https://share.snipd.com/episode/b81e840f-d0cb-429d-853c-3d8d2099a54a"
HALL_WOODWARD = (
    "https://80000hours.org/2014/06/the-payoff-and-probability-of-obtaining-venture-capital/"
)
NEW_FIRMS = "new establishments of the United States born in the second quarter of 1998"
COHORT = "4,369 American startups founded in 2018 with an account at Carta, January 2025"
SEEDED = "1,098 American technology startups with a seed round 2008-2010, February 2017"
BACKED = "22,004 American firms that received venture capital 1987-2008"
ROUNDS = "rounds of American startups at Carta"


class Fact(NamedTuple):
    """One published figure."""

    fact: str
    value: float
    unit: str
    about: str
    year: int
    attested: str  # publisher (by itself) or secondary (by somebody who quotes it)
    source: str


SHARE, USD, MONTHS = "fraction", "USD of 2024", "months"
FACTS = (
    Fact("survival_2_years", 0.66, SHARE, NEW_FIRMS, 2002, "publisher", BLS),
    Fact("survival_4_years", 0.44, SHARE, NEW_FIRMS, 2002, "publisher", BLS),
    Fact("survival_2_years_information", 0.63, SHARE, f"{NEW_FIRMS}, information", 2002,
         "publisher", BLS),
    Fact("survival_4_years_information", 0.38, SHARE, f"{NEW_FIRMS}, information", 2002,
         "publisher", BLS),
    Fact("closed_within_7_years", 0.619, SHARE, COHORT, 2025, "secondary", CARTA_2018),
    Fact("bought_within_7_years", 0.055, SHARE, COHORT, 2025, "secondary", CARTA_2018),
    Fact("raised_seed_within_7_years", 0.564, SHARE, COHORT, 2025, "secondary", CARTA_2018),
    Fact("raised_first_within_7_years", 0.364, SHARE, COHORT, 2025, "secondary", CARTA_2018),
    Fact("raised_second_within_7_years", 0.148, SHARE, COHORT, 2025, "secondary", CARTA_2018),
    Fact("raised_third_within_7_years", 0.044, SHARE, COHORT, 2025, "secondary", CARTA_2018),
    Fact("raised_again_after_seed", 0.46, SHARE, SEEDED, 2017, "publisher", FUNNEL),
    Fact("raised_fourth_time_after_seed", 0.14, SHARE, SEEDED, 2017, "publisher", FUNNEL),
    Fact("backed_went_public", 0.09, SHARE, BACKED, 2008, "secondary", HALL_WOODWARD),
    Fact("backed_bought", 0.26, SHARE, BACKED, 2008, "secondary", HALL_WOODWARD),
    Fact("backed_ceased", 0.34, SHARE, f"{BACKED}; unfunded for five years counts as ceased", 2008,
         "secondary", HALL_WOODWARD),
    Fact("seed_round_median", 3.5 * MILLION, USD, ROUNDS, 2024, "publisher", SIZES),
    Fact("first_round_median", 9.3 * MILLION, USD, ROUNDS, 2024, "publisher", SIZES),
    Fact("second_round_median", 21.0 * MILLION, USD, ROUNDS, 2024, "publisher", SIZES),
    Fact("third_round_median", 23.0 * MILLION, USD, ROUNDS, 2024, "publisher", SIZES),
    Fact("seed_valuation_median", 14.4 * MILLION, USD, ROUNDS, 2023, "publisher", VALUES),
    Fact("first_valuation_median", 40.0 * MILLION, USD, ROUNDS, 2023, "publisher", VALUES),
    Fact("seed_valuation_median_2025", 16.0 * MILLION, USD, f"{ROUNDS}, before the money", 2025,
         "publisher", STATE_2025),
    Fact("first_valuation_median_2025", 48.0 * MILLION, USD, f"{ROUNDS}, before the money", 2025,
         "publisher", STATE_2025),
    Fact("first_round_dilution_2024", 0.209, SHARE, f"{ROUNDS}, median", 2024, "publisher",
         STATE_2025),
    Fact("first_round_dilution_2025", 0.179, SHARE, f"{ROUNDS}, median", 2025, "publisher",
         STATE_2025),
    Fact("second_round_dilution_2023", 0.186, SHARE, f"{ROUNDS}, median", 2023, "publisher",
         STATE_2024),
    Fact("second_round_dilution_2024", 0.15, SHARE, f"{ROUNDS}, median", 2024, "publisher",
         STATE_2024),
    Fact("seed_to_first_round_2021", 420 / DAYS_A_MONTH, MONTHS, f"{ROUNDS}, median", 2021,
         "publisher", WAITS),
    Fact("seed_to_first_round_2024", 774 / DAYS_A_MONTH, MONTHS, f"{ROUNDS}, median", 2024,
         "publisher", WAITS),
    Fact("first_to_second_round_2023", 784 / DAYS_A_MONTH, MONTHS, f"{ROUNDS}, median", 2023,
         "publisher", SIZES),
    Fact("seed_to_first_round_ai_2025", 1.9 * 12, MONTHS, f"{ROUNDS}, AI startups, median", 2025,
         "secondary", SEED_2025),
    Fact("founders_share_after_first_round", 0.385, SHARE,
         "startups at Carta, median said to be 38 to 39 %", 2025, "secondary", EQUITY),
    Fact("staff_share_after_first_round", 0.125, SHARE,
         "startups at Carta, pool said to be 12 to 13 %", 2025, "secondary", EQUITY),
)  # fmt: skip


def build(out: Path) -> None:
    """Write venture_facts.csv."""
    rows = []
    for fact in FACTS:
        value = in_base_year(fact.value, fact.year) if fact.unit == USD else fact.value
        rows.append((
            fact.fact, text_of(value, 3), fact.unit, fact.about, str(fact.year), fact.attested,
            fact.source,
        ))  # fmt: skip
    write_table(out / "venture_facts.csv", Fact._fields, rows)
