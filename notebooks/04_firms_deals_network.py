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
# # Firms, deals and the network
#
# People are not hired one by one alone: firms buy other firms, license what they know, or take
# over a team. And who hears of a post depends on whom one knows. This notebook lives one coarse
# world and looks at employers, deals and ties. It takes about ten seconds.

# %%
import matplotlib.pyplot as plt
import networkx as nx
import numpy as np

import talentmarket as tm

SCALE = 50  # persons for whom one simulated researcher stands
market = tm.TalentMarket("baseline", seed=1, persons_per_agent=SCALE)
market.run_until("2022-12")

# %% [markdown]
# ## Who employs
#
# Shares of all people in work, per cent. Large firms by name are in `big_tech`, with a row for each
# country where they employ; `industry` is all other private firms.

# %%
employers = market.employers_table()
people = employers.groupby(["year", "kind"])["researchers"].sum().unstack()
print((100 * people.div(people.sum(axis=1), axis=0)).round(1).to_string())

# %% [markdown]
# ## Deals
#
# A row of the table stands for as many deals of its kind as an agent stands for persons, so divide
# by the scale for the price of one. `about` is the half-width of a 95 % interval of the number of
# rows, were they independent: another seed gives other deals.

# %%
deals = market.deals()
forms = deals.groupby("form").agg(
    rows=("form", "size"), billion_usd=("price_usd", "sum"), people_moved=("people_moved", "sum")
)
forms["billion_usd"] /= 1e9
forms.insert(1, "about", 1.96 * np.sqrt(forms["rows"]))
print(forms.sort_values("rows", ascending=False).round(1).to_string())
print("\nbuyers:", deals["buyer"].value_counts().head(5).to_dict())

# %% [markdown]
# Startups, large firms and governments are agents of Mesa. Here is the startup that raised most.

# %%
startups = market.agents_by_type[tm.Startup]
rich = max(startups, key=lambda startup: startup.raised_usd)
print(f"{len(startups)} startup agents; {rich.name} in {rich.country} is at stage {rich.stage!r},")
print(f"has {rich.heads} agents, raised {rich.raised_usd / 1e6:,.0f} million USD"
      f" and is valued at {rich.valuation_usd / 1e6:,.0f}.")  # fmt: skip

# %% [markdown]
# ## Ties
#
# Who points to whom, in a sample that follows ties: good for a look at neighbourhoods. What holds
# for the whole stands in `network_table`.

# %%
sample = market.network("collaboration", sample=300)
whole = market.network_table().query("year == 2022").set_index("figure")["value"]
for figure_name in ("hires_by_referral_share", "mean_in_degree", "largest_in_degree",
                    "across_borders", "across_employers", "same_origin"):  # fmt: skip
    print(f"{figure_name:24} {whole[figure_name]:.2f}")

# %% [markdown]
# ## One figure
#
# Left every deal with a price: when, how much, and how many people came with it. Right the sample:
# communities are countries more than employers.

# %%
COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
figure, (left, right) = plt.subplots(
    1, 2, figsize=(11, 5), width_ratios=(1.25, 1), layout="constrained"
)
priced = deals[deals["price_usd"] > 0]
when = priced["month"].str[:4].astype(int) + (priced["month"].str[5:].astype(int) - 0.5) / 12
FORMS = {"bought whole": ["full_acquisition"], "licence": ["licence"]}
named = [form for group in FORMS.values() for form in group]
FORMS["other forms"] = [form for form in priced["form"].unique() if form not in named]
for (label, group), color in zip(FORMS.items(), COLORS, strict=False):
    rows = priced["form"].isin(group)
    size = 18 + priced.loc[rows, "people_moved"] / SCALE * 12
    left.scatter(when[rows], priced.loc[rows, "price_usd"] / SCALE / 1e6, s=size, color=color,
                 alpha=0.65, linewidth=0, label=label)  # fmt: skip
left.set_yscale("log")
left.yaxis.set_major_formatter("{x:g}")
left.set_ylabel("price of one deal, million USD of 2024")
left.set_xticks(range(2019, 2024))
moved, licences = forms["people_moved"], forms["rows"].get("licence", 0)
left.set_title(
    f"{len(deals)} rows of deals, {licences} of them licences; of {moved.sum():,.0f} people\n"
    f"who moved by deals, {moved.get('full_acquisition', 0):,.0f} came with firms bought whole",
    loc="left", fontsize=11,
)  # fmt: skip
legend = left.legend(loc="lower left", title="area: people who moved", frameon=False, ncols=3)
for handle in legend.legend_handles:
    handle.set_sizes([40])
price = priced["price_usd"] / SCALE / 1e6
left.set_ylim(price.min() / 6, price.max() * 3)
left.spines[["top", "right"]].set_visible(False)

place = nx.spring_layout(sample.to_undirected(), seed=1, k=0.11, iterations=80)
homes = nx.get_node_attributes(sample, "country")
counted = sorted(set(homes.values()), key=lambda code: -list(homes.values()).count(code))
color_of = dict(zip(counted, COLORS, strict=False))
nx.draw_networkx_edges(sample, place, ax=right, arrows=False, edge_color="#BBBBBB", width=0.5)
for code in [*color_of, "other"]:
    nodes = [n for n, home in homes.items() if color_of.get(home) == color_of.get(code)]
    nx.draw_networkx_nodes(
        sample, place, nodelist=nodes, ax=right, label=code,
        node_color=color_of.get(code, "#666666"),
        node_size=[14 + 5 * sample.in_degree(n) for n in nodes],
    ).set_edgecolor("white")  # fmt: skip
places = right.legend(loc="upper center", bbox_to_anchor=(0.5, 0.02), ncols=7, frameon=False,
                      fontsize=8, columnspacing=0.8, handletextpad=0.1)  # fmt: skip
for handle in places.legend_handles:
    handle.set_sizes([30])
right.set_title(
    f"{len(sample)} researchers and their ties, by country of residence;\n"
    f"{100 * whole['across_borders']:.0f} % of all ties cross a border", loc="left", fontsize=11,
)  # fmt: skip
right.axis("off")
figure.supxlabel(
    f"one world, 2019 to 2022, {SCALE} persons per agent; another seed gives other deals and ties",
    x=0.01, ha="left", fontsize=9, color="#555555",
)  # fmt: skip
plt.show()
