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
# # A parameter sweep
#
# What happens to the talent market when people are tied to home more, or distance costs more? This
# notebook makes a design, lives all its worlds on two processes, and reads and draws what they
# gave. It takes about fifteen seconds. Every world is written to disk as soon as it is lived:
# interrupt the sweep and run the cell again, and it goes on where it stopped.

# %%
import tempfile

import matplotlib.pyplot as plt

import talentmarket as tm

# Runs are kept here. Name a folder of your own to find them again tomorrow; without `folder=` they
# are kept under `runs/`.
FOLDER = tempfile.TemporaryDirectory()

# %% [markdown]
# ## A design
#
# Two parameters, every combination, each with two seeds. `tm.parameters()` lists what can vary,
# with ranges. A pandas table with a row for each point is a design as well, and so is a TOML file
# (`talentmarket copy home-and-distance`).

# %%
HOME, DISTANCE = "bidding.home_attachment", "bidding.distance_cost"
design = {
    "scenario": "small",
    "persons_per_agent": 500,
    "until": "2019-12",
    "seeds": 2,
    "vary": [
        {"parameter": HOME, "values": [0.4, 0.8, 1.6]},
        {"parameter": DISTANCE, "values": [0.05, 0.15, 0.45]},
    ],
    "keep": {"measures": ["inflow", "net", "stock"]},
}
sweep = tm.sweep(design, workers=2, folder=FOLDER.name)
print(sweep.head(3).T.to_string())

# %% [markdown]
# One tidy table: a row for each run, period, country and measure. A run that failed would be one
# row with its `error`.

# %%
print("runs:", sweep["run"].nunique(), "failed:", int(sweep["error"].notna().sum()))
moves = sweep[(sweep["country"] == "WLD") & (sweep["measure"] == "inflow")]
print(moves.pivot_table(index=HOME, columns=DISTANCE, values="value").round(0).to_string())

# %% [markdown]
# ## Pictures
#
# All moves in the world by parameter: a line through the means, with the 95 % interval over seeds
# and the other parameter.

# %%
figure, (left, right) = plt.subplots(1, 2, figsize=(11, 4), layout="constrained")
tm.draw_effect(sweep, HOME, "inflow", "WLD", axes=left)
tm.draw_effect(sweep, DISTANCE, "inflow", "WLD", axes=right)
plt.show()

# %% [markdown]
# Do the two work together? Without an interaction each row of this map would differ from the next
# by the same step.

# %%
figure, axes = plt.subplots(figsize=(6, 4), layout="constrained")
tm.draw_interaction(sweep, HOME, DISTANCE, "inflow", "WLD", axes=axes)
plt.show()

# %% [markdown]
# The spread over all runs, country by country. At 500 persons per agent a small country is a
# handful of agents, so much of the spread is luck.

# %%
tm.draw_countries(sweep, "net", ["KOR", "USA", "IND"])[0, 0].figure  # noqa: B018

# %% [markdown]
# ## Large sweeps
#
# A sweep of a hundred thousand runs does not fit into memory, and need not: SQL reads the parts
# where they lie and gives the answer only.

# %%
print(tm.query_sweep(
    FOLDER.name,
    f'''
    SELECT "{HOME}" AS home, seed, round(avg(value)) AS moves_a_year
    FROM sweep
    WHERE measure = 'inflow' AND country = 'WLD'
    GROUP BY ALL ORDER BY ALL
    ''',
).to_string(index=False))  # fmt: skip
