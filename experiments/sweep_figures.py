"""Pictures of sweeps: effects by parameter, interactions, fans over seeds, countries side by side.

Each function draws on axes that it is given, or on a figure of its own, and returns the axes.
"""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import matplotlib
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.ticker import FuncFormatter, MaxNLocator
from numpy.typing import NDArray

from agents.declare import InputError, unknown_name
from experiments.figures import COLOURS, GREY, font_sizes, thousands
from experiments.sweep.parts import FIXED
from model.statistics import MEASURES
from model.tables import country_names

if TYPE_CHECKING:
    from matplotlib.axes import Axes

YEAR_LENGTH = 4  # characters of a period that is a year
BANDS = ((95, 0.15), (80, 0.2), (50, 0.3))
"""Per cent of the runs that a band of a fan holds, and how dark it is."""
MOST_PANELS, MOST_TICKS = 6, 9
LEAST_OF_A_FAN = 2
PANEL = (4.6, 3.5)  # inches


def draw_effect(
    sweep: pd.DataFrame, parameter: str, measure: str = "net_per_10k_workforce",
    country: str = "KOR", *, periods: Sequence[str] | None = None, axes: Axes | None = None,
) -> Axes:  # fmt: skip
    """What a measure of a country does as a parameter varies: means with 95 % intervals.

    Parameters
    ----------
    sweep
        From :func:`talentmarket.sweep` or :func:`talentmarket.read_sweep`.
    periods
        Over whose mean it is drawn; by default all years lived.

    Returns
    -------
    Axes
        A line for each policy; every run is a faint dot. The interval is that of the mean over
        seeds and over whatever else varies, by bootstrap.

    Raises
    ------
    InputError
        The sweep holds no such parameter, measure, country or period.
    """
    _check_varies(sweep, parameter)
    runs = _by_run(sweep, measure, country, periods)
    with _drawn_on(axes) as chosen:
        policies = sorted(runs["policies"].unique())
        palette = dict(zip(policies, COLOURS, strict=False)) if len(policies) <= len(COLOURS) \
            else None  # fmt: skip
        sns.scatterplot(runs, x=parameter, y="value", hue="policies", hue_order=policies,
                        palette=palette, s=12, alpha=0.35, linewidth=0, legend=False,
                        ax=chosen)  # fmt: skip
        if runs[parameter].nunique() * 2 <= len(runs):  # values that stand in several runs
            sns.lineplot(runs, x=parameter, y="value", hue="policies", hue_order=policies,
                         palette=palette, marker="o", errorbar=("ci", 95), seed=1,
                         ax=chosen)  # fmt: skip
        else:  # sampled points: the mean within ten slices of the range
            runs = runs.assign(slice=_slices(runs[parameter]))
            sns.lineplot(runs, x="slice", y="value", hue="policies", hue_order=policies,
                         palette=palette, errorbar=("ci", 95), seed=1, ax=chosen)  # fmt: skip
        _finish(chosen, parameter, _label(measure), f"{_name(country)}: {parameter}")
        _legend(chosen, "policies", len(policies) > 1)
    return chosen


def draw_interaction(
    sweep: pd.DataFrame, first: str, second: str, measure: str = "net_per_10k_workforce",
    country: str = "KOR", *, periods: Sequence[str] | None = None, axes: Axes | None = None,
) -> Axes:  # fmt: skip
    """Means of a measure over two parameters, as a map of their values; see :func:`draw_effect`.

    Without an interaction every row differs from the next by the same step.
    """
    runs = _by_run(sweep, measure, country, periods)
    for parameter in (first, second):
        _check_varies(sweep, parameter)
        if runs[parameter].nunique() * 2 > len(runs):
            runs = runs.assign(**{parameter: _slices(runs[parameter], 5).round(3)})
    table = runs.pivot_table(index=second, columns=first, values="value", aggfunc="mean")
    signed = bool((table.to_numpy() < 0).any() and (table.to_numpy() > 0).any())
    with _drawn_on(axes) as chosen:
        sns.heatmap(
            table.iloc[::-1], ax=chosen, annot=True, fmt=".3g", annot_kws={"fontsize": 8},
            cmap="RdBu" if signed else "viridis", center=0 if signed else None, linewidths=0.5,
            cbar_kws={"label": _label(measure)},
        )  # fmt: skip
        chosen.grid(visible=False)
        _finish(chosen, first, second, f"{_name(country)}: two parameters together")
    return chosen


def draw_fan(
    sweep: pd.DataFrame, measure: str = "net_per_10k_workforce", country: str = "KOR", *,
    axes: Axes | None = None,
) -> Axes:  # fmt: skip
    """The spread of a measure over all runs, year by year: median, and bands of 50, 80 and 95 %.

    Of a sweep over seeds alone it is the spread by luck. Policies are told apart by colour.
    """
    years = _figures(sweep, measure, country)
    years = years[years["period"].astype(str).str.len() == YEAR_LENGTH]
    policies = sorted(years["policies"].astype(str).unique())
    with _drawn_on(axes) as chosen:
        for policy, colour in zip(policies, COLOURS, strict=False):
            mine = years[years["policies"] == policy]
            paths = mine.pivot_table(index="run", columns="period", values="value", observed=True)
            paths = paths.sort_index(axis=1)
            positions = np.array([int(period) for period in paths.columns])
            if len(paths) >= LEAST_OF_A_FAN:
                for share, alpha in BANDS:
                    low, high = np.nanpercentile(paths, [50 - share / 2, 50 + share / 2], axis=0)
                    chosen.fill_between(positions, low, high, color=colour, alpha=alpha, lw=0)
            middle = np.nanmedian(paths, axis=0)
            chosen.plot(positions, middle, color=colour, marker="o", markersize=4, label=policy)
        lived = sorted({int(period) for period in years["period"]})
        if len(lived) <= MOST_TICKS:
            chosen.set_xticks(lived)
        else:
            chosen.xaxis.set_major_locator(MaxNLocator(MOST_TICKS, integer=True))
        runs = years["run"].nunique()
        _finish(chosen, "", _label(measure), f"{_name(country)}: {runs} runs")
        _legend(chosen, "policies", len(policies) > 1)
    return chosen


def draw_countries(
    sweep: pd.DataFrame, measure: str = "net_per_10k_workforce",
    countries: Sequence[str] = ("KOR", "JPN", "USA", "CHN", "IND", "GBR"), *, columns: int = 3,
) -> NDArray[Any]:  # fmt: skip
    """The fans of several countries side by side, as an array of axes; see :func:`draw_fan`."""
    with _look():
        rows = math.ceil(len(countries) / columns)
        figure = _figure((PANEL[0] * columns, PANEL[1] * rows))
        grid = figure.subplots(rows, columns, squeeze=False, sharex=True)
        for axes, country in zip(grid.ravel(), countries, strict=False):
            draw_fan(sweep, measure, country, axes=axes)
        for axes in grid.ravel()[len(countries) :]:
            axes.set_axis_off()
    return np.asarray(grid)


def overview(sweep: pd.DataFrame, measure: str, country: str) -> Figure:
    """The effect of each parameter that varies, up to six, and the fan over all runs."""
    varying = varying_in(sweep)[:MOST_PANELS]
    with _look():
        columns = min(len(varying) + 1, 3)
        rows = math.ceil((len(varying) + 1) / columns)
        figure = _figure((PANEL[0] * columns, PANEL[1] * rows))
        panels = figure.subplots(rows, columns, squeeze=False).ravel()
        draw_fan(sweep, measure, country, axes=panels[0])
        for axes, parameter in zip(panels[1:], varying, strict=False):
            draw_effect(sweep, parameter, measure, country, axes=axes)
        for axes in panels[len(varying) + 1 :]:
            axes.set_axis_off()
    return figure


def varying_in(sweep: pd.DataFrame) -> list[str]:
    """What varies in a sweep besides policies and seeds."""
    scale = ["persons_per_agent"] if sweep["persons_per_agent"].nunique() > 1 else []
    return scale + [name for name in map(str, sweep.columns) if name not in FIXED]


# What is drawn -------------------------------------------------------------------------------


def _figures(sweep: pd.DataFrame, measure: str, country: str) -> pd.DataFrame:
    """The rows of a measure of a country."""
    for column, name in (("measure", measure), ("country", country)):
        known = sweep[column].dropna().unique()
        if name not in known:
            raise unknown_name(column, name, map(str, known))
    return sweep[(sweep["measure"] == measure) & (sweep["country"] == country)]


def _by_run(
    sweep: pd.DataFrame, measure: str, country: str, periods: Sequence[str] | None
) -> pd.DataFrame:
    """One row a run: what varies, and the mean over the periods."""
    rows = _figures(sweep, measure, country)
    known = sorted(map(str, rows["period"].unique()))
    for period in periods or ():
        if period not in known:
            raise unknown_name("period", period, known)
    years = [period for period in known if len(period) == YEAR_LENGTH]
    # the first year is that of the opening, of which flows are blank
    chosen = list(periods or years[1:] or known)
    rows = rows[rows["period"].isin(chosen)].dropna(subset=["value"])
    if rows.empty:
        raise InputError("nothing to draw: all figures are blank", key="measure", value=measure)
    varying = ["policies", "seed", *varying_in(sweep)]
    found = rows.groupby("run", observed=True)[[*varying, "value"]].agg(
        {**dict.fromkeys(varying, "first"), "value": "mean"}
    )
    return found.assign(policies=found["policies"].astype(str)).reset_index()


def _check_varies(sweep: pd.DataFrame, parameter: str) -> None:
    if parameter not in varying_in(sweep):
        raise unknown_name("parameter of the sweep", parameter, varying_in(sweep))


def _slices(values: pd.Series, number: int = 10) -> pd.Series:
    """The middle of the slice of the range in which each value lies."""
    low, high = values.min(), values.max()
    width = (high - low) / number
    places = np.minimum(((values - low) / width).astype(int), number - 1)
    return low + (places + 0.5) * width


# How it looks --------------------------------------------------------------------------------


@contextlib.contextmanager
def _look() -> Iterator[None]:
    look: Any = {**sns.axes_style("whitegrid"), **font_sizes()}
    with matplotlib.rc_context(look):
        yield


@contextlib.contextmanager
def _drawn_on(axes: Axes | None) -> Iterator[Axes]:
    """The axes that were given, or those of a new figure."""
    with _look():
        yield _figure((6.4, 4.4)).subplots() if axes is None else axes


def _figure(size: tuple[float, float]) -> Figure:
    return Figure(figsize=size, layout=ConstrainedLayoutEngine(w_pad=0.08, h_pad=0.08))


def _finish(axes: Axes, x: str, y: str, title: str) -> None:
    axes.set(xlabel=x, ylabel=y)
    axes.set_title(title, loc="left")
    low, high = axes.get_ylim()
    if axes.collections and low < 0 < high and axes.get_lines():
        axes.axhline(0, color=GREY, linewidth=0.8, zorder=0)
    if axes.get_lines() and high - low > 1000:
        axes.yaxis.set_major_formatter(FuncFormatter(thousands))


def _legend(axes: Axes, title: str, wanted: bool) -> None:
    if wanted:
        axes.legend(title=title, fontsize=8, title_fontsize=8, framealpha=0.9)
    elif (legend := axes.get_legend()) is not None:
        legend.remove()


def _label(measure: str) -> str:
    units = {one.name: one.unit for one in MEASURES}
    return f"{measure.replace('_', ' ')}, {units.get(measure, '')}".rstrip(", ")


def _name(code: str) -> str:
    return country_names().get(code, code)
