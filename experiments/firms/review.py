"""Merger review: what stricter rules make of deals, and of the people they move."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

import pandas as pd

from agents.policies import Change, Policy
from experiments.firms.findings import Finding
from experiments.firms.worlds import Estimate, contrast, mean
from model import tables
from model.policy_files import read_policy

STRICTER, ALSO_HIRES = "stricter-review-of-acquisitions", "licence-and-hire-under-review"
SINCE = "2020-01"
MEASURES = {
    "licence_and_hire": "licence-and-hire deals", "stakes": "stakes without control",
    "acquisitions": "acquisitions", "moved": "people moved by deals",
}  # fmt: skip
ACQUISITIONS = ("full_acquisition", "majority_stake", "acqui_hire")
STAKES = ("minority_stake", "stake_and_hire")
NAMES = {"stricter": "stricter review of acquisitions", "both": "the same and licence-and-hire",
         "stricter everywhere": "stricter, every country and price",
         "both everywhere": "both, every country and price"}  # fmt: skip


def everywhere(name: str) -> Policy:
    """A shipped policy of merger review in every named country and from any price."""
    policy = read_policy(name)
    changes = list[Change]()
    for change in policy.changes:
        setting = {**change.set, "merger_review_threshold_usd": 0.0}
        changes += [
            dataclasses.replace(change, country=code, set=setting)
            for code in tables.load().countries
        ]
    return dataclasses.replace(
        policy, name=f"{name}-everywhere", changes=tuple(changes), written={}, file=None
    )


def counted(deals: pd.DataFrame, persons_per_agent: float, everywhere: bool) -> dict[str, float]:
    """Deals carried out and people moved since the change, over firms of where it is in force."""
    done = deals[~deals["review"].isin(["pending", "banned", "abandoned"])]
    done = done[done["month"] >= SINCE]
    if not everywhere:
        done = done[done["target_country"] == "USA"]
    return {
        "licence_and_hire": persons_per_agent * float((done["form"] == "licence_and_hire").sum()),
        "stakes": persons_per_agent * float(done["form"].isin(STAKES).sum()),
        "acquisitions": persons_per_agent * float(done["form"].isin(ACQUISITIONS).sum()),
        "moved": float(done["people_moved"].sum()),
    }


def table(deals: Mapping[str, Sequence[tuple[pd.DataFrame, float]]]) -> pd.DataFrame:
    """Counts without and with review, and paired differences over seeds.

    Parameters
    ----------
    deals
        Deals and persons per agent of each seed, by arm: ``baseline`` and those of ``NAMES``.

    Returns
    -------
    DataFrame
        ``arm, measure, baseline, effect, low, high, seeds``; persons, or deals of one firm each.
    """
    rows = []
    for arm in NAMES:
        if arm not in deals:
            continue
        wide = arm.endswith("everywhere")
        sides = [[counted(one, scale, wide) for one, scale in deals[name]]
                 for name in ("baseline", arm)]  # fmt: skip
        for measure in MEASURES:
            before, after = ([(one[measure], 1.0) for one in side] for side in sides)
            found = contrast(after, before)
            rows.append((arm, measure, mean(top for top, _ in before).value, found.value, found.low,
                         found.high, found.seeds))  # fmt: skip
    return pd.DataFrame(rows, columns=["arm", "measure", "baseline", "effect", "low", "high",
                                       "seeds"])  # fmt: skip


def findings(
    deals: Mapping[str, Sequence[tuple[pd.DataFrame, float]]]
) -> list[Finding]:
    """What theory claims of stricter review, and of review of both against it alone."""
    found = []
    effects = table(deals).set_index(["arm", "measure"])
    for suffix, where in (("", "USA, as shipped"), (" everywhere", "every country and price")):
        if f"both{suffix}" not in deals:
            continue
        wide = bool(suffix)
        for measure, sign in (("licence_and_hire", 1), ("stakes", 1), ("acquisitions", -1),
                              ("moved", -1)):  # fmt: skip
            row = effects.loc[(f"stricter{suffix}", measure)]
            found.append(Finding(
                "review", f"stricter review, {MEASURES[measure]} ({where})",
                Estimate(row["effect"], row["low"], row["high"], int(row["seeds"])), "", sign,
                digits=0,
            ))
        sides = [[(counted(one, scale, wide)[measure], 1.0) for one, scale in deals[arm]]
                 for measure in ("licence_and_hire", "stakes", "moved")
                 for arm in (f"both{suffix}", f"stricter{suffix}")]  # fmt: skip
        for measure, after, before in (("licence_and_hire", sides[0], sides[1]),
                                       ("stakes", sides[2], sides[3]),
                                       ("moved", sides[4], sides[5])):  # fmt: skip
            found.append(Finding(
                "review", f"licence-and-hire under review too, {MEASURES[measure]} ({where})",
                contrast(after, before), "", -1, digits=0,
            ))
    return found

