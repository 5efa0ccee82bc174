"""Command line: `python -m model.data.build RAW_DIRECTORY [OUT_DIRECTORY]`."""

from __future__ import annotations

import sys
from pathlib import Path

from model.data.build import (
    columns,
    corridors,
    countries,
    deals,
    evidence,
    fields,
    firms,
    funded,
    labs,
    mobility,
    names,
    observed,
    origins,
    places,
    reforms,
    sources,
    talent,
    venture_columns,
    venture_facts,
)
from model.data.build.common import REST_OF_WORLD
from model.data.build.schemes import table as schemes

USAGE = "usage: python -m model.data.build RAW_DIRECTORY [OUT_DIRECTORY]"


def build_all(raw: Path, out: Path) -> None:
    """Rebuild every table from the raw series."""
    facts = evidence.gather(raw)
    known = countries.gather(raw, facts)
    order = [*facts.core, REST_OF_WORLD]
    names.build(raw, out)
    places.build(raw, out)
    countries.build(out, known, order)
    corridors.build(raw, out, facts)
    origins.build(raw, out, facts)
    mobility.build(raw, out)
    firms.build(raw, out, known)
    labs.build(out, known)
    fields.build(raw, out)
    observed.build(raw, out)
    schemes.build(raw, out)
    reforms.build(raw, out, known)
    deals.build(raw, out)
    funded.build(raw, out, facts, order)
    venture_facts.build(out)
    sources.build(out)
    errors = {line.needs: line.error for line in talent.learn(facts)}
    columns.build(out, errors, venture_columns.lines(raw, facts))


def main(arguments: list[str]) -> int:
    """Check the arguments, rebuild, say what was written."""
    if len(arguments) not in (1, 2):
        print(USAGE, file=sys.stderr)
        return 2
    raw = Path(arguments[0])
    out = Path(arguments[1]) if len(arguments) == 2 else Path(__file__).resolve().parent.parent
    if not (raw / "cov_country_covariates.csv").is_file():
        print(f"{raw} holds no raw series; {USAGE}", file=sys.stderr)
        return 2
    out.mkdir(parents=True, exist_ok=True)
    build_all(raw, out)
    print(f"tables written to {out}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
