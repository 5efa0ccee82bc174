# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Which parameters matter
#
# Most parameters of the model are uncertain. Which of them does a result hang on? Screening by
# Morris moves each over its whole range, one at a time along random paths; Sobol's shares then
# tell how much of the variance each of the important ones brings. This notebook asks it of the
# number of moves in the world, with few runs of a coarse world, so intervals are wide. It takes
# about fifteen seconds; `talentmarket sensitivity korea-sensitivity` is the analysis in full.

# %%
import tempfile

import talentmarket as tm

FOLDER = tempfile.TemporaryDirectory()  # name a folder of your own to keep the runs

# %% [markdown]
# ## A plan
#
# Without `low` and `high` a parameter varies over the range that it declares. A star stands for
# many: `bidding.*` for all uncertain ones of the group.

# %%
plan = {
    "name": "moves",
    "scenario": "small",
    "persons_per_agent": 2000,
    "until": "2019-06",
    "vary": [
        {"parameter": "bidding.home_attachment"},
        {"parameter": "bidding.distance_cost"},
        {"parameter": "search.rate"},
        {"parameter": "search.abroad_share"},
        {"parameter": "ties.renewed"},
    ],
    "sensitivity": {
        "country": "WLD", "measure": "inflow", "periods": ["2019"],
        "trajectories": 4, "screened": 2, "points": 4, "bootstrap": 200,
    },
}  # fmt: skip
found = tm.sensitivity(plan, workers=2, folder=FOLDER.name)

# %% [markdown]
# ## Screening
#
# `mu_star` is the mean absolute effect of crossing the range, in persons; `mu` has the sign; a
# large `sigma` says that the effect depends on the other parameters, or on luck.

# %%
print(found.screening.table.round(0).to_string(index=False))

# %% [markdown]
# ## Shares
#
# What each of the first two brings by itself, and with all in which it takes part. With eight base
# points the intervals are wide; a share outside 0 to 1 is noise.

# %%
print(found.shares.table.round(2).to_string(index=False))

# %% [markdown]
# ## The figure a paper prints

# %%
found.figure()
