"""Laboratories abroad of the named employers: where they employ outside the home country."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from model.data.build.common import Cell, read_rows, text_of, write_table
from model.data.build.firms import LARGEST_SHARE

UNIT = 0.03  # share of a firm's AI staff in a small laboratory, assumption
MOST_ABROAD = 0.5  # share of a firm's AI staff that may work abroad, a check
# size: 1 a laboratory, 2 a large one or several, 3 a second seat of the firm; by judgement

# (country, size, opened): a year up to 2018, which may be off by some years; a month later on
PLACES: dict[str, tuple[tuple[str, int, str], ...]] = {
    "Amazon": (("GBR", 2, "2012"), ("DEU", 2, "2013"), ("IND", 2, "2014"), ("CAN", 1, "2011"),
               ("ISR", 1, "2015"), ("ESP", 1, "2018")),
    "Microsoft": (("CHN", 3, "1998"), ("GBR", 2, "1997"), ("IND", 2, "2005"), ("CAN", 1, "2017"),
                  ("ISR", 1, "2006")),
    "Google": (("CHE", 3, "2004"), ("GBR", 2, "2006"), ("CAN", 2, "2016"), ("FRA", 2, "2018"),
               ("ISR", 2, "2006"), ("DEU", 1, "2006"), ("JPN", 1, "2004"), ("IND", 2, "2019-09")),
    "Meta": (("FRA", 2, "2015"), ("GBR", 1, "2012"), ("CAN", 1, "2017"), ("ISR", 1, "2013")),
    "Apple": (("GBR", 1, "2015"), ("CHE", 1, "2017"), ("DEU", 1, "2015"), ("ISR", 1, "2011"),
              ("CHN", 1, "2017")),
    "NVIDIA": (("CAN", 1, "2018"), ("FIN", 1, "2006"), ("DEU", 1, "2007"), ("CHN", 1, "2005"),
               ("IND", 1, "2004"), ("ISR", 2, "2020-04")),
    "IBM": (("CHE", 2, "1956"), ("ISR", 2, "1972"), ("IND", 2, "1998"), ("JPN", 1, "1982"),
            ("IRL", 1, "2011"), ("CHN", 1, "1995"), ("BRA", 1, "2010"), ("GBR", 1, "2014")),
    "Intel": (("ISR", 3, "1974"), ("IND", 2, "1998"), ("CHN", 1, "1998"), ("POL", 1, "1999"),
              ("DEU", 1, "2012")),
    "Salesforce": (("SGP", 1, "2019-01"),),
    "OpenAI": (("GBR", 1, "2023-09"), ("JPN", 1, "2024-04")),
    "DeepMind": (("CAN", 2, "2017"), ("FRA", 1, "2018"), ("USA", 2, "2016")),
    "Alibaba": (("USA", 2, "2014"), ("SGP", 1, "2018"), ("ISR", 1, "2018")),
    "Tencent": (("USA", 2, "2017"),),
    "Baidu": (("USA", 2, "2014"),),
    "ByteDance": (("USA", 2, "2018"), ("SGP", 2, "2020-09")),
    "Huawei": (("FRA", 2, "2014"), ("CAN", 2, "2009"), ("GBR", 1, "2017"), ("DEU", 1, "2008"),
               ("RUS", 1, "2012"), ("SGP", 1, "2013"), ("CHE", 1, "2019-06")),
    "Samsung Electronics": (("USA", 2, "1988"), ("IND", 2, "1996"), ("CAN", 2, "2018"),
                            ("GBR", 1, "2018"), ("POL", 1, "2000"), ("RUS", 1, "2018")),
    "Naver": (("FRA", 2, "2017"),),
    "LG": (("CAN", 1, "2018"), ("USA", 1, "2022-03")),
    "Sony": (("FRA", 1, "1996"), ("DEU", 1, "1998"), ("USA", 1, "2020-04"),
             ("CHE", 1, "2020-04")),
    "NTT": (("USA", 1, "2019-07"),),
    "Toyota": (("USA", 3, "2016"),),
    "SAP": (("IND", 3, "1998"), ("USA", 2, "1998"), ("ISR", 1, "2001"), ("CHN", 1, "2003")),
    "Siemens": (("IND", 2, "2004"), ("USA", 1, "1977"), ("CHN", 1, "2004"), ("AUT", 1, "2000")),
    "Bosch": (("USA", 1, "2017"), ("IND", 2, "2017")),
    "Thales": (("CAN", 1, "2017"), ("GBR", 1, "2004"), ("SGP", 1, "2014")),
    "ASML": (("USA", 1, "2007"),),
    "Roche": (("USA", 2, "2009"),),
    "MediaTek": (("GBR", 1, "2005"), ("USA", 1, "2004")),
    "Tata Consultancy Services": (("USA", 2, "2000"), ("GBR", 1, "2005")),
    "Infosys": (("USA", 2, "2000"),),
    "Grab": (("IND", 1, "2017"), ("USA", 1, "2015"), ("CHN", 1, "2016")),
}


def build(out: Path, known: Mapping[tuple[str, str], Cell]) -> None:
    """Write labs.csv; firms.csv stands already."""
    firms = {row["firm"]: row for row in read_rows(out, "firms.csv")}
    held = {row["country"]: 0.0 for row in firms.values()}
    rows = []
    for name, places in PLACES.items():
        firm, staff = firms[name], float(firms[name]["ai_staff_2018"])
        abroad = sum(UNIT * size for _, size, _ in places)
        if abroad > MOST_ABROAD:
            raise ValueError(f"{name} employs {abroad:.0%} of its AI staff abroad")
        held[firm["country"]] += staff
        for country, size, opened in places:
            share = UNIT * size
            moved = staff * share if "-" not in opened else 0.0
            held[country] = held.get(country, 0.0) + moved
            held[firm["country"]] -= moved
            rows.append((name, country, text_of(share), opened, "assumed", "locations;assumption",
                         "lab_size"))  # fmt: skip
    for name in set(firms) - set(PLACES):
        held[firms[name]["country"]] += float(firms[name]["ai_staff_2018"])
    for country, persons in held.items():
        if persons > LARGEST_SHARE * known[country, "stock"].value:
            raise ValueError(f"firms and laboratories hold too much of {country}: {persons:.0f}")
    header = ("firm", "country", "share", "opened", "kind", "source", "method")
    write_table(out / "labs.csv", header, rows)
