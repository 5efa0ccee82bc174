"""The scorecard as a table and as a page: what was used first, what was held out apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pandas as pd

from experiments.scorecard.arithmetic import estimate
from experiments.scorecard.fact import LAST_FIT_YEAR, NONE, USES, Fact, Pairs

COLUMNS = ("part", "key", "row", "fact", "years", "later", "figure", "low", "high", "simulated",
           "simulated_low", "simulated_high", "inside", "fitted", "source", "reason")  # fmt: skip
PARTS = {
    "used": "Used in setting the model",
    "held out": "Held out: never used in setting the model",
}
MEANINGS = {
    "used": f"Figures of the fit years, which end in {LAST_FIT_YEAR}, other figures of the same "
    "data, levels set by hand, and inputs. To meet them is no success of the model.",
    "held out": "No parameter was set with an eye on them.",
}
SIGNS = {"KOR2023": "Korea 2023", "JPN2023": "Japan 2023"}


def table(facts: Iterable[Fact], results: Sequence[Pairs]) -> pd.DataFrame:
    """One line a fact, first those used in setting the model, then those held out."""
    ordered = sorted(facts, key=lambda fact: (fact.held_out, fact.row))
    frame = pd.DataFrame([_line(fact, results) for fact in ordered], columns=list(COLUMNS))
    frame["inside"] = frame["inside"].astype("boolean")
    return frame


def _line(fact: Fact, results: Sequence[Pairs]) -> dict[str, object]:
    pairs = [result[fact.key] for result in results if fact.key in result]
    value, half = estimate(pairs, fact.least)
    ranged, shown = not np.isnan(fact.high), not np.isnan(value)
    inside = bool(fact.low <= value <= fact.high) if ranged and shown else None
    reason = [fact.note]
    if not shown:
        reason.append("blank: too few agents or moves at this scale")
    if inside is False:
        near = not np.isnan(half) and value - half <= fact.high and value + half >= fact.low
        reason.append(("too low" if value < fact.low else "too high")
                      + (", but the interval reaches the range" if near else ""))  # fmt: skip
        reason.append(fact.miss or "reason not known")
    return {
        "part": "held out" if fact.held_out else "used", "key": fact.key, "row": fact.row,
        "fact": fact.fact, "years": fact.years, "later": fact.later, "figure": fact.figure,
        "low": fact.low, "high": fact.high, "simulated": value, "simulated_low": value - half,
        "simulated_high": value + half, "inside": inside, "fitted": fact.fitted,
        "source": fact.source, "reason": "; ".join(part for part in reason if part),
    }  # fmt: skip


# Words ---------------------------------------------------------------------------------------


def number(value: float) -> str:
    """A figure with about three digits, or a dash."""
    if np.isnan(value):
        return "–"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def span(low: float, high: float) -> str:
    """A range in words, or a dash."""
    return "–" if np.isnan(low) or np.isnan(high) else f"{number(low)} to {number(high)}"


def verdict(inside: object) -> str:
    """Yes, no or a dash."""
    return "–" if inside is None or inside is pd.NA else ("yes" if inside else "no")


def tally(frame: pd.DataFrame, part: str) -> str:
    """How many facts of a part are met, those of years after the fit years apart."""
    judged = frame[(frame["part"] == part) & frame["inside"].notna()]
    said = f"{int(judged['inside'].sum())} of {len(judged)} inside"
    late = judged[judged["later"]]
    if part == "used":
        return f"{said}."
    return f"{said}; years after {LAST_FIT_YEAR}: {int(late['inside'].sum())} of {len(late)}."


def signs(frame: pd.DataFrame) -> Iterator[str]:
    """Korea's and Japan's net flow in 2023 beside the observed sign, as it comes out."""
    seeds, scale = frame.attrs["seeds"], frame.attrs["persons_per_agent"]
    rows = frame.set_index("key")
    for key, name in SIGNS.items():
        row = rows.loc[key]
        value, low, high = row["simulated"], row["simulated_low"], row["simulated_high"]
        if np.isnan(value):
            outcome = "too few agents to tell"
        elif not (low > 0 or high < 0):
            outcome = "the sign is not clear of luck"
        else:
            outcome = "the same sign" if value * row["figure"] > 0 else "the opposite sign"
        interval = "" if np.isnan(low) else f" ({low:+.2f} to {high:+.2f})"
        mean = "–" if np.isnan(value) else f"{value:+.2f}"
        yield (
            f"{name}: observed {row['figure']:+.2f}, simulated {mean}{interval} per 10,000 of the "
            f"work force, mean of {seeds} seeds at 1:{scale:g}: {outcome}."
        )


# The page ------------------------------------------------------------------------------------


def to_markdown(frame: pd.DataFrame) -> str:
    """The scorecard as a page in Markdown."""
    seeds, scale = frame.attrs.get("seeds"), frame.attrs.get("persons_per_agent", NONE)
    command = f"talentmarket validate --seeds {seeds} --persons-per-agent {scale:g}"
    lines = [
        "# Scorecard of facts", "",
        f"Made by `{command} --markdown docs/scorecard.md`.", "",
        "The range says what counts as met; it stems from the spread of sources where there are",
        "several. Simulated figures are means over seeds with 95 % intervals that hold luck alone,",
        "neither parameters nor data. *Row* is the number of the fact in the project's list.",
        f"*Year* is that of the figure or of its publication; years after {LAST_FIT_YEAR}, the",
        "last that may be fitted to, are marked \\*. *Used* says what a figure had to do with",
        "setting the model:", "",
        *(f"- `{name}`: {meaning}" for name, meaning in USES.items()), "",
        *(f"- **{title}**: {tally(frame, part)}" for part, title in PARTS.items()), "",
    ]  # fmt: skip
    for part, title in PARTS.items():
        rows = frame[frame["part"] == part]
        lines += [f"## {title}", "", f"{MEANINGS[part]} {tally(frame, part)}",
                  "", *_rows(rows), ""]  # fmt: skip
    lines += ["## Korea and Japan in 2023", "",
              f"No balance of moves after {LAST_FIT_YEAR} was fitted to.",
              "", *(f"- {sentence}" for sentence in signs(frame))]  # fmt: skip
    return "\n".join(lines) + "\n"


def _rows(frame: pd.DataFrame) -> Iterator[str]:
    yield ("| row | fact | year | published | range | simulated | interval | inside | used | source"
           " | remark |")  # fmt: skip
    yield "| --- " * 11 + "|"
    for row in frame.to_dict("records"):
        cells = [
            row["row"], row["fact"], _year(row), number(row["figure"]),
            span(row["low"], row["high"]), number(row["simulated"]),
            span(row["simulated_low"], row["simulated_high"]), verdict(row["inside"]),
            row["fitted"], row["source"], row["reason"],
        ]  # fmt: skip
        yield "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"


def _year(row: dict[str, object]) -> str:
    """The years of a figure; a star marks those after the fit years."""
    return f"{row['years'] or '–'}" + (" \\*" if row["later"] else "")
