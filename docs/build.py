"""Writes the generated parts of the documents: ``python docs/build.py`` (``--check`` only looks).

What stands between ``<!-- generated: name -->`` and ``<!-- end -->`` in a document is made here
from the code's own declarations and from the shipped tables; everything else is written by hand.
"""

from __future__ import annotations

import ast
import csv
import dataclasses
import inspect
import re
import sys
import textwrap
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from agents.country_levers import COUNTRY_LEVERS
from agents.employers import Employers
from agents.levers import COUNTRIES, FIELDS, SCHEME_FIELDS, month_text
from agents.populations import Population
from agents.researchers import Researchers
from agents.ventures import Ventures
from experiments.record import COLUMNS
from model import talent_market
from model.governments.menu import MENU
from model.governments.priced import MONEY, RULES
from model.governments.promises import PROMISES
from model.governments.registry import STRATEGIES
from model.parameters import all_parameters
from model.policy_files import read_policy, shipped_policies
from model.recorded_deals import left_out
from model.statistics import MEASURES
from model.world import Cases
from talentmarket.__main__ import _parser

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT / "model" / "data"
DOCUMENTS = ("docs/model.md", "docs/odd.md", "docs/data.md", "docs/policies.md",
             "docs/run-folder.md", "docs/command-line.md")
COMMAND = "python docs/build.py"
PART = re.compile(r"(<!-- generated: ([\w ]+) -->\n).*?(<!-- end -->)", re.DOTALL)
OPENINGS = {lever.opening for lever in COUNTRY_LEVERS}  # read where the levers start
PROJECT_YEARS = re.compile(r"^\d{4}$")


# Markdown ------------------------------------------------------------------------------------


def cell(value: Any) -> str:
    """One cell of a table; a bar inside it would end it."""
    return " ".join(str(value).split()).replace("|", "\\|")


def table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A Markdown table."""
    lines = [head, ["---"] * len(head), *([cell(value) for value in row] for row in rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def code(text: str) -> str:
    """A name as it stands in the code."""
    return f"`{text}`" if text else ""


def per_cent(part: int, whole: int) -> str:
    """A share as a whole per cent; something is never shown as nothing, nor part as all."""
    if whole == 0:
        return "–"
    share = 100 * part / whole
    if 0 < share < 1:
        return "< 1 %"
    return "> 99 %" if 99 < share < 100 else f"{share:.0f} %"


# The model -----------------------------------------------------------------------------------


def schedule() -> str:
    """The body of ``TalentMarket._month``, statement by statement."""
    lines = textwrap.dedent(inspect.getsource(talent_market.TalentMarket._month)).splitlines()
    (function,) = ast.parse("\n".join(lines)).body
    assert isinstance(function, ast.FunctionDef)
    rows: list[tuple[Any, ...]] = []
    for statement in function.body:
        found = _verb(statement)
        if found is None:
            continue
        verb, gives = found
        module = inspect.getmodule(verb)
        assert module is not None
        place = module.__name__.replace(".", "/") + ".py"
        what = (inspect.getdoc(verb) or "").splitlines()[0]
        rows.append(
            (len(rows) + 1, f"`{verb.__name__}`", what, gives, _comment(lines, statement),
             f"[{place}](../{place})")
        )
    return table(("step", "verb", "what it does", "hands on", "why here", "code"), rows)


def _verb(statement: ast.stmt) -> tuple[Callable[..., Any], str] | None:
    """The function that a statement calls and the names it gives to the outcome."""
    if isinstance(statement, ast.Assign):
        gives = ", ".join(
            node.id for target in statement.targets for node in ast.walk(target)
            if isinstance(node, ast.Name)
        )
    elif isinstance(statement, ast.Expr):
        gives = ""
    else:
        return None
    call = statement.value
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
        return None
    verb = getattr(talent_market, call.func.id)
    assert callable(verb)
    return verb, gives


def _comment(lines: Sequence[str], statement: ast.stmt) -> str:
    """The comment that stands right above a statement."""
    found: list[str] = []
    above = statement.lineno - 2
    while above >= 0 and lines[above].strip().startswith("#"):
        found.insert(0, lines[above].strip().lstrip("# "))
        above -= 1
    return " ".join(found)


def columns(population: type[Population]) -> str:
    """The state variables of one population."""
    rows = []
    for name, declared in population.columns().items():
        size = f" × {declared['width']}" if declared["width"] > 1 else ""
        rows.append((code(name), f"{declared['dtype']}{size}", declared["unit"] or "–",
                     declared["meaning"] or "–"))
    return table(("column", "type", "unit", "meaning"), rows)


def parameters() -> str:
    """Every parameter, a table a group."""
    groups: dict[str, list[tuple[Any, ...]]] = {}
    for entry in all_parameters():
        group, _, name = entry.name.partition(".")
        groups.setdefault(group, []).append(
            (code(name), f"{entry.value:g}", entry.unit, f"{entry.low:g} to {entry.high:g}",
             entry.kind, entry.meaning, entry.source)
        )
    head = ("name", "value", "unit", "range", "kind", "meaning", "source")
    return "\n\n".join(f"**`{group}`**\n\n{table(head, rows)}" for group, rows in groups.items())


def kinds_of_parameters() -> str:
    """How many parameters there are and how many rest on an assumption alone."""
    known = all_parameters()
    kinds = Counter(entry.kind for entry in known)
    assumed = sum(entry.source.startswith("assumption") for entry in known)
    listed = ", ".join(f"{number} of kind *{kind}*" for kind, number in sorted(kinds.items()))
    return f"There are {len(known)} parameters: {listed}. The source of {assumed} of them begins " \
           "with the word \"assumption\"."


def sizes() -> str:
    """How large the model is: what there is to describe of each kind."""
    steps = schedule().count("\n| ") - 1
    rows = [
        ("countries, the rest of the world as one", len(COUNTRIES)),
        ("fields of work", len(FIELDS)),
        ("state variables of a researcher", len(Researchers.columns())),
        ("state variables of an employer", len(Employers.columns())),
        ("further ones of a startup", len(Ventures.columns())),
        ("steps of a month", steps),
        ("parameters", len(all_parameters())),
        ("visa schemes, tiers and dated versions counted", len(read("schemes.csv"))),
        ("levers of a country, those of schemes apart", len(COUNTRY_LEVERS)),
        ("measures reported", len(MEASURES)),
    ]
    return table(("what", "number"), rows)


def scheme_fields() -> str:
    """What a visa scheme may say."""
    rows = []
    for field in SCHEME_FIELDS:
        reach = "" if field.low is None else f"{field.low:g} to {field.high:g}"
        listed = ", ".join(field.allowed) if field.type in ("choice", "list") else ""
        rows.append((code(field.name), field.meaning, field.unit or "–", reach or listed or "–"))
    return table(("field", "meaning", "unit", "range or values"), rows)


WRITTEN_AS = {
    "text": "text", "month": "`\"2020-01\"`", "number": "number", "whole": "whole number",
    "bool": "`true` or `false`", "choice": "one name", "list": "list of names",
    "points": "`{ criterion = points, … }`", "by_field": "`{ field = number, … }`",
}  # fmt: skip


def fields_to_set() -> str:
    """What a change may set on a scheme, and how it is written."""
    rows = []
    for field in SCHEME_FIELDS:
        if field.settable:
            reach = "" if field.low is None else f"{field.low:,.10g} to {field.high:,.10g}"
            listed = ", ".join(field.allowed) if field.type in ("choice", "list") else ""
            unit = f" {field.unit}" if field.unit else ""
            rows.append((code(field.name), WRITTEN_AS[field.type], field.meaning,
                         f"{reach or listed}{unit}" or "–"))
    return table(("field", "written as", "meaning", "range or values"), rows)


def country_levers() -> str:
    """What a change may set in a country, and what stands there at the opening."""
    rows = []
    for lever in COUNTRY_LEVERS:
        counted = lever.type not in ("bool", "choice", "list")
        reach = f"{lever.low:,.10g} to {lever.high:,.10g}" if counted else ""
        unit = "" if lever.unit in ("", "1") else f" {lever.unit}"
        removable = "; may be removed" if lever.removable else ""
        rows.append((code(lever.name), WRITTEN_AS[lever.type], lever.meaning,
                     f"{reach or ', '.join(lever.allowed)}{unit}{removable}" or "–", lever.source))
    return table(("lever", "written as", "meaning", "range or values", "at the opening"), rows)


def policies() -> str:
    """The shipped policies: what each asks, and on what its figures rest."""
    rows = []
    for name in shipped_policies():
        policy = read_policy(name)
        months = [change.month for change in policy.changes]
        months += [one.deal.month for one in left_out(policy.without_deals)]
        first = month_text(min(months))
        rows.append((f"[{name}](../model/policies/{name}.toml)", first, policy.title, policy.why))
    return table(("policy", "from", "what", "what is asked"), rows)


def strategies() -> str:
    """What a scenario may say of each strategy."""
    rows = []
    for name, strategy in STRATEGIES.items():
        fields = dataclasses.fields(strategy) if dataclasses.is_dataclass(strategy) else ()
        for field in fields:
            told = field.metadata
            if not told:  # comes from programs alone
                continue
            names = ", ".join(told.get("allowed", ()))
            reach = names or f"{told['low']:g} to {told['high']:g} {told['unit']}"
            default = field.default if names else f"{field.default:g}"
            rows.append((code(name), code(field.name), default, reach, told["meaning"],
                         told.get("source", "–")))
    return table(("strategy", "setting", "default", "range or names", "meaning", "source"), rows)


def menu() -> str:
    """The steps that strategies take one at a time."""
    rows = [(code(name), entry.meaning, f"{entry.political_cost:g}")
            for name, entry in MENU.items()]
    return table(("step", "what", "political cost"), rows)


def promises() -> str:
    """What each step of the menu promises, and why."""
    rows = [(code(name), promise.flow, f"{100 * promise.share:g} %", promise.source)
            for name, promise in PROMISES.items()]
    return table(("step", "flow", "change promised", "source"), rows)


def priced() -> str:
    """What each lever and condition costs, and what keeps it within a budget."""
    rows = list[tuple[str, str]]()
    for of in (MONEY, RULES):
        for reason in dict.fromkeys(of.values()):
            names = ", ".join(code(name) for name in of if of[name] == reason)
            rows.append((names, reason))
    return table(("levers and conditions of schemes", "what they cost besides the reform"), rows)


def measures() -> str:
    """What the tables of whole countries and of groups report."""
    rows = [(code(entry.name), entry.unit, entry.table, entry.meaning) for entry in MEASURES]
    return table(("measure", "unit", "table", "meaning"), rows)


# The door ------------------------------------------------------------------------------------


def columns_of_a_run() -> str:
    """The tables of a run folder with their columns."""
    rows = [(code(name), ", ".join(map(code, columns))) for name, columns in COLUMNS.items()]
    return table(("table", "columns"), rows)


def commands() -> str:
    """Every command with its arguments and options."""
    _, known = _parser()
    parts = []
    for name, command in known.items():
        rows = []
        for action in command._actions:
            if action.dest == "help":
                continue
            named = action.option_strings[-1] if action.option_strings else ""
            rows.append((code(f"{named} {action.metavar or ''}".strip()), action.help))
        meaning = str(command.description)
        parts.append(f"## `{name}`\n\n{meaning[0].upper()}{meaning[1:]}.")
        parts += [table(("argument or option", "meaning"), rows)] if rows else []
    return "\n\n".join(parts)


# The data ------------------------------------------------------------------------------------

TABLES = {
    "countries.csv": "one line a country and figure: people, pay, prices, research, law",
    "country_names.csv": "names and regions of the 57 named countries and the rest of the world",
    "country_points.csv": "the main city of each named country on the map; no run reads it",
    "land.csv": "outlines of the land, a background of maps; no run reads it",
    "outlines.csv": "outlines of countries, for the map of the page; no run reads it",
    "corridors.csv": "one line an ordered pair of countries: distance, language, free movement",
    "origins.csv": "where the AI people of each country were born",
    "firms.csv": "large employers by name, their AI staff, pay and research environment",
    "labs.csv": "laboratories of those employers abroad and the part of their staff there",
    "deals_recorded.csv": "deals between firms from 2014 to 2025, one line a deal",
    "deal_forms.csv": "forms of deals: who and what moves, review, pay, what is left",
    "venture_capital.csv": "AI venture capital and newly funded startups by country and year",
    "venture_facts.csv": "published figures on startups: survival, rounds, equity",
    "fields.csv": "the eight fields, what people do and what employers ask for",
    "schemes.csv": "visa schemes, one line a tier and dated version",
    "reforms.csv": "dated changes of country levers, with sources",
    "permanence_queues.csv": "extra years that some origins wait for permanent residence",
    "observed.csv": "published figures that results are shown beside; no run reads them",
    "columns.csv": "every column of every table: unit, meaning, method",
    "sources.csv": "every source: publisher, year, terms of use, address",
}


# The column that lists which cells of a row were made, by table.
MADE_BY_CELL = {"deals_recorded.csv": "imputed", "deal_forms.csv": "assumed",
                "venture_capital.csv": "imputed"}
NAMED_ON_LINES = ("schemes.csv", "deals_recorded.csv", "venture_facts.csv")
BOUNDS = ("capital_low", "capital_high", "funded_low", "funded_high")
ABOUT = ("country", "year", "capital_method", "funded_method", "kind", "source", "method",
         "imputed", "assumed", "confidence", "recorded")  # fmt: skip


def read(name: str) -> list[dict[str, str]]:
    """One shipped table."""
    with (DATA / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def declared(name: str) -> dict[str, dict[str, str]]:
    """What columns.csv says of one table, by column."""
    return {row["column"]: row for row in read("columns.csv") if row["table"] == name}


def data_tables() -> str:
    """Every shipped table with its size, years, terms and share of imputed cells."""
    return table(
        ("table", "what it is", "lines", "years", "imputed or assumed", "terms of its sources"),
        [
            (f"[{name}](../model/data/{name})", what, len(read(name)), _years(name),
             _imputed(name), _terms(name))
            for name, what in TABLES.items()
        ],
    )


def _years(name: str) -> str:
    fixed = {"corridors.csv": "2018 to 2020", "origins.csv": "2018", "firms.csv": "2018, 2023",
             "labs.csv": "to 2024", "fields.csv": "2018, 2025",
             "permanence_queues.csv": "2025"}
    if name in fixed:
        return fixed[name]
    rows = read(name)
    if name in ("reforms.csv", "deals_recorded.csv"):
        years = [row["month"][:4] for row in rows]
    elif name == "schemes.csv":
        years = [row["valid_from"][:4] for row in rows if row["valid_from"]]
    else:
        years = [row["year"] for row in rows if PROJECT_YEARS.match(row.get("year", ""))]
    if not years or name in ("columns.csv", "sources.csv"):
        return "–"
    return years[0] if len(set(years)) == 1 else f"{min(years)} to {max(years)}"


def _imputed(name: str) -> str:
    rows = read(name)
    if name == "corridors.csv":
        cells = sum(len(row) - 4 for row in rows)  # both ends, an end date, the list itself
        return per_cent(sum(len(_parts(row["imputed"])) for row in rows), cells)
    if name == "schemes.csv":
        made, cells = _scheme_cells(rows)
        return per_cent(made, cells)
    if name in MADE_BY_CELL:
        flag = MADE_BY_CELL[name]
        known = set(_contents(name)) - set(BOUNDS)
        cells = sum(row[column] != "" for row in rows for column in known)
        return per_cent(sum(len(_parts(row[flag])) for row in rows), cells)
    if name in ("countries.csv", "firms.csv", "labs.csv", "fields.csv", "origins.csv"):
        return per_cent(sum(row["kind"] != "reported" for row in rows), len(rows))
    return "–"


def _contents(name: str) -> list[str]:
    """Columns of a table that hold what it is about."""
    return [column for column in read(name)[0] if column not in ABOUT]


def _terms(name: str) -> str:
    named = {part for row in read(name) for part in _parts(row.get("source", ""))}
    if name == "corridors.csv":
        named = {"cepii", "linguistic", "undesa"}
    if name in ("land.csv", "outlines.csv"):
        named = {"naturalearth"}
    if name == "origins.csv":
        named = {"scholars", "undesa", "zeki2025"}
    terms = {row["id"]: row["licence"] for row in read("sources.csv")}
    found = sorted({terms[part].split(";")[0] for part in named if part in terms})
    return "; ".join(found) or (
        "named on each line" if name in NAMED_ON_LINES else "–"
    )


def _parts(text: str) -> list[str]:
    return [part for part in text.split(";") if part]


def country_figures() -> str:
    """Each figure of countries.csv: unit, year, kinds, methods and sources."""
    rows = read("countries.csv")
    by_figure: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        by_figure.setdefault(row["column"], []).append(row)
    text = "\n".join(
        file.read_text("utf-8") for file in sorted((ROOT / "model").rglob("*.py"))
        if "data" not in file.relative_to(ROOT).parts and file.name != "tables.py"
    )
    about = declared("countries")
    lines = []
    for name, entries in by_figure.items():
        kinds = Counter(row["kind"] for row in entries)
        methods = Counter(row["method"] for row in entries)
        named = Counter(part for row in entries for part in _parts(row["source"]))
        years = sorted({row["year"] for row in entries})
        lines.append(
            (code(name), about[name]["meaning"], about[name]["unit"],
             years[0] if len(years) == 1 else f"{years[0]} to {years[-1]}",
             *(kinds.get(kind, 0) for kind in ("reported", "imputed", "assumed")),
             per_cent(len(entries) - kinds.get("reported", 0), len(entries)),
             ", ".join(f"{method} {number}" for method, number in methods.most_common()),
             ", ".join(source for source, _ in named.most_common()),
             "yes" if f'"{name}"' in text or name in OPENINGS else "no")
        )
    head = ("figure", "meaning", "unit", "year", "reported", "imputed", "assumed",
            "not reported", "method and number of countries", "sources", "read by the model")
    return table(head, lines)


def methods() -> str:
    """How each figure was made, in the words of columns.csv."""
    lines = []
    for name in ("countries", "origins", "firms", "labs", "fields", "corridors", *VENTURES):
        seen = set()
        for column, row in declared(name).items():
            if row["method"] and row["method"] not in seen:
                seen.add(row["method"])
                lines.append(f"- **{name}.{column}** – {' '.join(row['method'].split())}")
    return "\n".join(lines)


VENTURES = ("deals_recorded", "deal_forms", "venture_capital", "venture_facts")


def other_columns() -> str:
    """The columns of the tables that have no list of their own, with what is imputed."""
    return _columns_of(("corridors", "origins", "firms", "labs", "fields"))


def venture_columns() -> str:
    """The columns of the tables on startups and deals, with what is imputed."""
    return _columns_of(VENTURES)


def _columns_of(names: Sequence[str]) -> str:
    lines = []
    for name in names:
        rows = read(f"{name}.csv")
        for column, row in declared(name).items():
            if column in ("kind", "source", "method", "imputed", "assumed"):
                continue
            made = _column_imputed(rows, column, MADE_BY_CELL.get(f"{name}.csv"))
            lines.append((name, code(column), row["meaning"], row["unit"], made))
    return table(("table", "column", "meaning", "unit", "imputed or assumed"), lines)


def _column_imputed(rows: Sequence[dict[str, str]], column: str, flag: str | None) -> str:
    if flag:
        filled = sum(row[column] != "" for row in rows)
        return per_cent(sum(column in _parts(row[flag]) for row in rows), filled)
    if "imputed" in rows[0]:
        if column in ("origin", "destination", "free_movement_until"):
            return "–"
        return per_cent(sum(column in _parts(row["imputed"]) for row in rows), len(rows))
    if column in ("share", "ai_staff"):
        return per_cent(sum(row["kind"] != "reported" for row in rows), len(rows))
    always = {"entrant_share", "supply_share", "demand_share", "pay_multiple", "environment",
              "ai_staff_2018"}
    return "100 %" if column in always else "–"


def _scheme_cells(rows: Sequence[dict[str, str]]) -> tuple[int, int]:
    """Assumed cells and cells filled, conditions only."""
    conditions = [field.name for field in SCHEME_FIELDS if field.settable]
    conditions = [name for name in conditions if name not in ("title", "source")]
    filled = sum(row[name] != "" for row in rows for name in conditions)
    made = sum(
        name in conditions and row[name] != "" for row in rows for name in _parts(row["imputed"])
    )
    return made, filled


def schemes() -> str:
    """How many schemes, how real, how far assumed."""
    rows = read("schemes.csv")
    lines = []
    for kind in sorted({row["kind"] for row in rows}, reverse=True):
        some = [row for row in rows if row["kind"] == kind]
        made, filled = _scheme_cells(some)
        lines.append(
            (kind, len(some), len({row["id"] for row in some}),
             len({row["country"] for row in some}), per_cent(made, filled))
        )
    return table(("kind", "lines", "schemes", "countries", "conditions assumed"), lines)


def observed() -> str:
    """What published figures are kept, and of which years."""
    rows = read("observed.csv")
    lines = []
    for measure in sorted({row["measure"] for row in rows}):
        some = [row for row in rows if row["measure"] == measure]
        years = sorted({row["year"] for row in some})
        lines.append(
            (code(measure), some[0]["unit"], len(some),
             years[0] if len(years) == 1 else f"{years[0]} to {years[-1]}",
             ", ".join(sorted({row["source"] for row in some})))
        )
    return table(("measure", "unit", "figures", "years", "sources"), lines)


def sources() -> str:
    """Every source with its terms."""
    rows = [
        (code(row["id"]), f"[{row['title']}]({row['url']})" if row["url"] else row["title"],
         row["publisher"], row["year"], row["licence"], row["note"] or "–")
        for row in read("sources.csv")
    ]
    return table(("id", "title", "publisher", "year", "terms", "caveat"), rows)


# Writing -------------------------------------------------------------------------------------

PARTS: dict[str, Callable[[], str]] = {
    "schedule": schedule,
    "researchers": lambda: columns(Researchers),
    "employers": lambda: columns(Employers),
    "ventures": lambda: columns(Ventures),
    "cases": lambda: columns(Cases),
    "parameters": parameters,
    "kinds of parameters": kinds_of_parameters,
    "sizes": sizes,
    "columns of a run": columns_of_a_run,
    "commands": commands,
    "scheme fields": scheme_fields,
    "fields to set": fields_to_set,
    "country levers": country_levers,
    "shipped policies": policies,
    "measures": measures,
    "menu": menu,
    "promises": promises,
    "priced": priced,
    "strategies": strategies,
    "data tables": data_tables,
    "country figures": country_figures,
    "other columns": other_columns,
    "venture columns": venture_columns,
    "methods": methods,
    "schemes": schemes,
    "observed": observed,
    "sources": sources,
}


def rendered(text: str) -> str:
    """A document with its generated parts made anew."""
    def fresh(match: re.Match[str]) -> str:
        name = match[2]
        if name not in PARTS:
            raise ValueError(f"no generated part {name!r}; there are {', '.join(PARTS)}")
        return f"{match[1]}\n{PARTS[name]()}\n\n{match[3]}"

    return PART.sub(fresh, text)


def stale() -> list[str]:
    """Documents whose generated parts are not those of the code and the tables."""
    texts = {name: (ROOT / name).read_text("utf-8") for name in DOCUMENTS}
    return [name for name, text in texts.items() if rendered(text) != text]


def main(arguments: Sequence[str]) -> int:
    """Write the generated parts, or with ``--check`` say which are out of date."""
    if list(arguments) not in ([], ["--check"]):
        print(f"usage: {COMMAND} [--check]", file=sys.stderr)
        return 2
    changed = stale()
    if arguments:
        for name in changed:
            print(f"{name} is out of date: run {COMMAND}")
        return 1 if changed else 0
    for name in changed:
        file = ROOT / name
        file.write_text(rendered(file.read_text("utf-8")), "utf-8")
        print(f"{name} written")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
