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
# # What does a visa rule do? Korea and Japan
#
# Japan's J-Skip visa lets the partner work, admits domestic help and gives permanence after a year.
# Korea's ordinary visa for such people, the E-7, does not. What if it did, from 2020 on? This
# notebook lives pairs of worlds that share their luck and differ in that rule alone. It takes about
# ten seconds.

# %%
import matplotlib.pyplot as plt
import pandas as pd

import talentmarket as tm

SCALE = 100  # persons for whom one simulated researcher stands: coarse, for a look
PAIRS = 4  # pairs of worlds; twenty at 20 persons per agent give an answer
UNTIL = "2022-12"

# %% [markdown]
# ## Two rules side by side
#
# Every scheme is a row of conditions and rights; blank means that there is no such condition.

# %%
RIGHTS = ["degree_min", "min_pay_usd", "stay_months", "partner_may_work", "household_help",
          "years_to_permanence"]  # fmt: skip
schemes = tm.schemes()
pair = schemes[schemes["id"].isin(["kor-e-7", "jpn-j-skip"])].drop_duplicates("id", keep="last")
print(pair.set_index("id")[RIGHTS].T.fillna("–").to_string())

# %% [markdown]
# ## The policy
#
# `korea-j-skip-rights` is one of the policies that come with the model (`talentmarket policies`
# lists them): Korea gives the three rights of J-Skip under its E-7 and F-2-7 visas. Each world of a
# pair has the same people with the same luck; the difference is the effect. Its 95 % interval says
# how far luck alone might have made it, and nothing of what the model leaves out.

# %%
effects = tm.compare(
    "baseline", "korea-j-skip-rights", seeds=PAIRS, persons_per_agent=SCALE, until=UNTIL
)
NAMES = {"KOR": "South Korea", "JPN": "Japan"}
chosen = effects[effects["country"].isin(NAMES) & (effects["period"] >= "2019")]


def told(measure: str) -> pd.DataFrame:
    """The effect on one measure by country and year, with its interval."""
    rows = chosen[chosen["measure"] == measure].set_index(["country", "period"])
    return rows.loc[list(NAMES), ["baseline", "effect", "low", "high"]]


for measure, digits in (("inflow", 0), ("stock", 0), ("foreign_born_share", 4)):
    print(f"\n{measure}\n{told(measure).round(digits).to_string()}")

# %% [markdown]
# The year before the change has an effect of exactly nought: nothing in a world knows of a rule
# before its date. A year's inflow is a handful of agents here, so most of its intervals hold
# nought. The stock adds the years up, and tells more.
#
# ## One figure

# %%
stock = told("stock")
figure, panels = plt.subplots(1, 2, figsize=(8, 4), sharey=True, layout="constrained")
for axes, (code, name), color in zip(panels, NAMES.items(), ("#0072B2", "#D55E00"), strict=True):
    rows = stock.loc[code]
    years = rows.index.astype(int)
    axes.axhline(0, color="#777777", linewidth=1)
    axes.fill_between(years, rows["low"], rows["high"], color=color, alpha=0.2, linewidth=0)
    axes.plot(years, rows["effect"], color=color, marker="o")
    low, high = rows.iloc[-1][["low", "high"]]
    clear = "clear of luck" if low * high > 0 else "not told from luck"
    axes.set_title(
        f"{name}: {rows['effect'].iloc[-1]:+,.0f} in {years[-1]}\n"
        f"{low:+,.0f} to {high:+,.0f}, {clear}",
        loc="left", fontsize=10,
    )  # fmt: skip
    axes.set_xticks(years)
    axes.spines[["top", "right"]].set_visible(False)
panels[0].set_ylabel("researchers at the end of the year,\nwith the rule less without it")
figure.suptitle(
    "South Korea grants the rights of J-Skip from 2020", x=0.01, ha="left", weight="bold"
)
figure.supxlabel(
    f"mean of {PAIRS} pairs of worlds, {SCALE} persons per agent; band: 95 % interval, luck alone",
    x=0.01, ha="left", fontsize=9, color="#555555",
)  # fmt: skip
plt.show()

# %% [markdown]
# ## To go on
#
# - What did J-Skip itself bring? `japan-without-j-skip` takes it away; the page *What each shipped
#   policy does* shows that even eight pairs at 20 persons per agent cannot tell it from nought.
# - An answer to print takes some minutes:
#   `talentmarket compare baseline --policy korea-j-skip-rights --seeds 20`
