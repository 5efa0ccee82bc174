"""The eight fields: what people know at the opening and what employers now ask for."""

from __future__ import annotations

from pathlib import Path

from model.data.build.common import by_country, read_rows, write_table

TITLES = {
    "foundation_models": "Foundation models",
    "agentic_systems": "Agentic systems",
    "physical_ai": "Physical AI and robotics",
    "vision_multimodal": "Vision and multimodal",
    "ml_systems": "ML systems and MLOps",
    "applied_ai": "Context engineering and applied AI",
    "ai_for_science": "AI for science and other domains",
    "theory_safety": "Theory and safety",
}
# What people knew in 2018, an assumption: vision and language first, hardly any agents; who runs
# systems is as many as the data engineers among AI professionals (15 %, Element AI 2020).
SUPPLY = {
    "foundation_models": 0.25, "agentic_systems": 0.02, "physical_ai": 0.08,
    "vision_multimodal": 0.26, "ml_systems": 0.15, "applied_ai": 0.13,
    "ai_for_science": 0.07, "theory_safety": 0.04,
}  # fmt: skip
# How a cluster of job advertisements falls on the fields, an assumption; "broad AI" holds the
# others and is left out.
CLUSTERS = {
    "machine learning": {"ml_systems": 0.35, "applied_ai": 0.25, "vision_multimodal": 0.15,
                         "ai_for_science": 0.15, "theory_safety": 0.05, "physical_ai": 0.05},
    "generative AI": {"foundation_models": 0.55, "applied_ai": 0.45},
    "AI agents": {"agentic_systems": 1.0},
    "natural language processing": {"foundation_models": 0.5, "applied_ai": 0.5},
    "neural networks": {"foundation_models": 0.4, "vision_multimodal": 0.4, "ml_systems": 0.2},
    "autonomous driving": {"physical_ai": 1.0},
    "visual image recognition": {"vision_multimodal": 1.0},
    "robotics": {"physical_ai": 1.0},
    "AI ethics and governance": {"theory_safety": 1.0},
}  # fmt: skip
DECIMALS = 4


def demand(raw: Path) -> dict[str, float]:
    """Shares of the fields in American job advertisements of 2025."""
    rows = read_rows(raw, "flows_us_ai_job_posting_field_share_2025.csv")
    weights = by_country(rows, "value", key="field")
    total = dict.fromkeys(TITLES, 0.0)
    for cluster, parts in CLUSTERS.items():
        for field, part in parts.items():
            total[field] += weights[cluster] * part
    whole = sum(total.values())
    rounded = {field: round(value / whole, DECIMALS) for field, value in total.items()}
    largest = max(rounded, key=lambda field: rounded[field])
    rounded[largest] = round(1.0 - sum(v for f, v in rounded.items() if f != largest), DECIMALS)
    return rounded


def build(raw: Path, out: Path) -> None:
    """Write fields.csv."""
    wanted = demand(raw)
    rows = [
        (field, title, f"{SUPPLY[field]:.4f}", f"{wanted[field]:.4f}", "assumed",
         "lightcast;elementai2020;assumption", "fields_clusters")
        for field, title in TITLES.items()
    ]  # fmt: skip
    header = ("field", "title", "supply_share", "demand_share", "kind", "source", "method")
    write_table(out / "fields.csv", header, rows)
