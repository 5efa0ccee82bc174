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
# # A first run
#
# Talent Market simulates the global market for AI talent. This notebook runs a coarse world, reads
# national figures and a visa pipeline from it, runs the same world with one number changed, and
# draws what the change did. It takes about ten seconds.

# %%
import matplotlib.pyplot as plt
import pandas as pd
import seaborn as sns

import talentmarket as tm

SCALE = 50  # persons for whom one simulated researcher stands; smaller is finer and slower
UNTIL = "2022-12"

# %% [markdown]
# ## One world
#
# The baseline: schemes as they were, from January 2019 on. A record holds the tables as pandas
# frames. Years and months stand in one table; here are the years.

# %%
baseline = tm.run("baseline", seed=1, persons_per_agent=SCALE, until=UNTIL)
national = baseline.national
years = national[national["period"].str.len() == 4]

MEASURES = ["stock", "graduates", "inflow", "outflow", "net", "exits", "mean_pay"]
chosen = years[years["country"].isin(["KOR", "JPN"]) & years["measure"].isin(MEASURES)]
table = chosen.pivot(index=["country", "period"], columns="measure", values="value")[MEASURES]
print(table.round(0).to_string(na_rep="–"))

# %% [markdown]
# The first line of each country is the opening stock. How sure is a net flow? The record also holds
# the half-width of its 95 % interval from counting alone.

# %%
errors = baseline.sampling_error
print(errors[errors["country"].isin(["KOR", "JPN"])].to_string(index=False))

# %% [markdown]
# ## A visa pipeline
#
# Applications, grants and people who wait, by scheme: the United States. Where a scheme has a cap,
# `refusals` are people who drew no place. What waits at the end of one year is decided in the next.

# %%
visas = baseline.visas
print(visas[visas["country"] == "USA"].drop(columns="country").to_string(index=False))

# %% [markdown]
# ## The same world with one number changed
#
# What if distance cost twice as much? `tm.parameters()` lists every number with its range.

# %%
known = tm.parameters().set_index("name")
cost = float(known.loc["bidding.distance_cost", "value"])
for entry in ("value", "unit", "low", "high", "meaning"):
    print(f"{entry}: {known.loc['bidding.distance_cost', entry]}")

farther = tm.run(
    "baseline", seed=1, persons_per_agent=SCALE, until=UNTIL,
    parameters={"bidding.distance_cost": 2 * cost},
)  # fmt: skip


# %%
def outflow_rate(record: tm.Record) -> pd.Series:
    """Moves out of each country a year, per cent of its mean stock."""
    rows = record.national
    rows = rows[(rows["period"].str.len() == 4) & (rows["country"] != "ROW")]
    wide = rows.pivot(index=["period", "country"], columns="measure", values="value")
    by_country = wide.groupby("country")[["outflow", "stock"]].mean()
    return 100 * by_country["outflow"] / by_country["stock"]


stock = years[(years["measure"] == "stock") & ~years["country"].isin(["WLD", "ROW"])]
largest = stock.groupby("country")["value"].mean().nlargest(15).index
rates = pd.DataFrame(
    {"as assumed": outflow_rate(baseline), "doubled": outflow_rate(farther)}
).loc[["WLD", *largest]]
print(rates.round(2).to_string())

# %% [markdown]
# ## One figure
#
# Both worlds share their luck, so what differs comes from the cost of distance, directly or through
# posts that somebody else now takes. This is one seed at a coarse scale: the fall of world mobility
# is clear, but a small country that moves the other way may owe that to chance.

# %%
sns.set_theme(style="whitegrid")
order = rates.sort_values("as assumed")
position = range(len(order))
figure, axes = plt.subplots(figsize=(8, 6), layout="constrained")
axes.hlines(position, order["doubled"], order["as assumed"], color="#BBBBBB", linewidth=3, zorder=1)
axes.scatter(order["as assumed"], position, color="#0072B2", s=45, label="as assumed", zorder=2)
axes.scatter(order["doubled"], position, color="#D55E00", s=45, label="doubled", zorder=2)
axes.set_yticks(position, ["World" if code == "WLD" else code for code in order.index])
axes.set_xlim(left=0)
axes.set_xlabel("people who leave for another country, per cent of the stock a year")
before, after = rates.loc["WLD"]
axes.set_title(
    f"Doubling the cost of distance takes world mobility from {before:.1f} to {after:.1f} % a year",
    loc="left", fontsize=11, weight="bold",
)  # fmt: skip
axes.legend(title="cost of distance", loc="lower right")
axes.grid(axis="y", visible=False)
plt.show()
