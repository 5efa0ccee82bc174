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
# # Write your own policy, scheme and government
#
# A policy is a short text: dated changes, and new visa schemes if you like. A government is a
# function that looks at late and noisy statistics and answers with changes. This notebook writes
# one of each and looks at what they did. It takes about fifteen seconds.

# %%
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt

import talentmarket as tm

SCALE = 100  # persons for whom one simulated researcher stands: coarse, for a look

# %% [markdown]
# ## A policy with a scheme of its own
#
# South Korea gives money to those who come home, and opens a visa by points for which nobody needs
# an offer. `talentmarket schemes KOR` shows what the fields look like in the schemes that exist. A
# misspelt field or a value out of range is answered with the field and what is allowed.

# %%
POLICY = """
name = "korea-open-doors"
title = "Korea: a points visa without an offer, money for those who come back"
source = "an example; all figures are assumptions"

[[change]]
from = "2020-01"
country = "KOR"
set = { returnee_grant_usd = 80_000 }

[[scheme]]
id = "kor-open-doors"
country = "KOR"
title = "Open doors"
valid_from = "2020-01"
degree_min = "bachelor"
points_min = 25
points = { degree_phd = 25, degree_master = 15, field_in_shortage = 15, age_under_35 = 10 }
fields = ["agentic_systems", "physical_ai"]
job_offer_required = false
processing_months = 1
stay_months = 36
grace_months = 12
partner_may_work = true
years_to_permanence = 2
tax_relief_rate = 0.5
tax_relief_years = 5
"""

with tempfile.TemporaryDirectory() as folder:
    file = Path(folder) / "korea-open-doors.toml"
    file.write_text(POLICY, "utf-8")
    effects = tm.compare("baseline", file, seeds=4, persons_per_agent=SCALE, until="2021-12")
    file.write_text(POLICY.replace("returnee_grant_usd", "returnee_grant"), "utf-8")
    try:
        tm.compare("baseline", file, seeds=1)
    except tm.InputError as fault:
        print(str(fault).replace(folder, "…"))

korea = effects[(effects["country"] == "KOR") & (effects["period"] >= "2019")]
print(korea[korea["measure"].isin(["inflow", "outflow", "stock"])]
      [["period", "measure", "baseline", "effect", "low", "high"]].round(0).to_string(index=False))

# %% [markdown]
# `low` and `high` hold the effect with 95 % confidence as far as luck goes. Four pairs at this
# scale are for a look; the same call with `seeds=20, persons_per_agent=20` gives an answer.
#
# ## A government of its own
#
# Once a year a government reviews its policy. It sees statistics that are months old and carry an
# error; what it decides is law three months later, within a budget. This one raises the grant for
# returnees after a year in which more people left than came, and lowers it otherwise.

# %%
STEP, MOST = 20_000, 100_000  # USD


def thermostat(observation):
    """Dearer returns after a loss, cheaper ones after a gain."""
    if not observation.years:  # nothing is published yet
        return []
    net = observation.own("net")[-1]
    grant = float(observation.lever("returnee_grant_usd"))
    wanted = min(max(grant + (STEP if net < 0 else -STEP), 0), MOST)
    why = f"{observation.years[-1]} {net:.0f}"
    measures = [{"set": {"returnee_grant_usd": wanted}, "why": why}]
    return measures if wanted != grant and observation.affords(measures) else []


record = tm.run(
    "baseline", seed=1, persons_per_agent=SCALE, until="2023-12", strategies={"GBR": thermostat}
)
ledger = record.policies
decided = ledger[(ledger["country"] == "GBR") & (ledger["lever"] == "returnee_grant_usd")]
print(decided[["month", "before", "after", "why"]].to_string(index=False))

# %% [markdown]
# `why` holds the year and the net flow that was published, with its error.
#
# ## One figure

# %%
figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4.2), layout="constrained")
inflow = korea[korea["measure"] == "inflow"]
years = inflow["period"].astype(int)
left.axhline(0, color="#777777", linewidth=1)
left.errorbar(years, inflow["effect"], color="#0072B2", fmt="o", capsize=4, yerr=(
    inflow["effect"] - inflow["low"], inflow["high"] - inflow["effect"],
))  # fmt: skip
for year, effect, base in zip(years, inflow["effect"], inflow["baseline"], strict=True):
    left.annotate(f"{effect:+,.0f}\non {base:,.0f}", (year, effect), xytext=(9, 0),
                  textcoords="offset points", va="center", fontsize=9)  # fmt: skip
left.set_xticks(years)
left.set_xlim(years.min() - 0.3, years.max() + 0.5)
left.set_ylabel("people who come, with the policy less without it")
left.set_title("South Korea opens its doors in 2020:\ninflow by year, 95 % interval", loc="left")

national = record.national
net = national[(national["country"] == "GBR") & (national["measure"] == "net")]
net = net[(net["period"].str.len() == 4) & (net["period"] >= "2019")]
colors = ["#0072B2" if value >= 0 else "#D55E00" for value in net["value"]]
right.axhline(0, color="#777777", linewidth=1)
right.bar(net["period"].astype(int) + 0.5, net["value"], color=colors, alpha=0.55)
published = decided["why"].str.split(expand=True).astype(float)
right.scatter(published[0] + 0.5, published[1], marker="D", color="black", zorder=3)
right.set_xticks(net["period"].astype(int) + 0.5, net["period"])
right.set_ylabel("net inflow of the year, persons\n(bars; diamonds: as published)")
grants = right.twinx()
when = [2019, *(int(m[:4]) + (int(m[5:]) - 1) / 12 for m in decided["month"]), 2024]
paid = [0, *decided["after"].astype(float) / 1000]
grants.step(when, [*paid, paid[-1]], where="post", color="black", linewidth=2)
grants.set_ylim(-1.1 * MOST / 1000, 1.1 * MOST / 1000)
grants.set_yticks(range(0, MOST // 1000 + 1, 20))
grants.set_ylabel("grant for coming home, thousand USD (line)")
reach = net["value"].abs().max() * 1.15
right.set_ylim(-reach, reach)
right.set_title("The United Kingdom answers last year's net flow:\none world", loc="left")
for axes in (left, right, grants):
    axes.spines["top"].set_visible(False)
figure.supxlabel(
    f"{SCALE} persons per agent; left the mean of 4 pairs of worlds, right one world",
    x=0.01, ha="left", fontsize=9, color="#555555",
)  # fmt: skip
plt.show()

# %% [markdown]
# A net flow of some hundred persons is a few agents here, so the government partly answers luck; a
# real one, with late and noisy statistics, does so as well. Whether the grant brought anybody home
# is asked of pairs of worlds with and without it, as above.
