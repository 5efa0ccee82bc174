"""The command line: ``talentmarket`` or ``python -m talentmarket``."""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

import talentmarket
from agents.declare import InputError, nearest, unknown_name
from talentmarket.run_commands import resume, run
from talentmarket.terminal import (
    BAD_INPUT,
    DONE,
    FAILED,
    INTERRUPTED,
    bar,
    failure,
    writable,
    write_whole,
)

Command = Callable[[argparse.Namespace], int]


class Parser(argparse.ArgumentParser):
    """An argument parser that answers a mistake with one line."""

    def error(self, message: str) -> NoReturn:
        raise InputError(f"{message}; see {self.prog} --help")


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the arguments say and return the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        options = _parse(given)
        command: Command = options.do
        code = command(options)
        sys.stdout.flush()
        return code
    except InputError as fault:
        print("talentmarket:", " ".join(str(fault).split()), file=sys.stderr)
        return BAD_INPUT
    except KeyboardInterrupt:
        print("talentmarket: interrupted; nothing was written.", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # the reader, such as `head`, has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE


# Arguments -----------------------------------------------------------------------------------


def _parse(given: list[str]) -> argparse.Namespace:
    """The arguments understood; misspelt commands and options are answered with the nearest."""
    parser, commands = _parser()
    if given and not given[0].startswith("-") and given[0] not in commands:
        raise unknown_name("command", given[0], commands)
    options, rest = parser.parse_known_args(given)
    if rest:
        known = commands[options.command] if options.command else parser
        raise _not_understood(rest[0], known._option_string_actions)
    return options


def _not_understood(text: str, options: Mapping[str, Any]) -> InputError:
    """The answer to an option that there is not, or to an argument too many."""
    if text.startswith("-"):
        return unknown_name("option", text, options)
    hint = f"; if it is a policy, write --policy {text}" if "--policy" in options else ""
    return InputError(f"unknown argument {text!r}{hint}")


def _parser() -> tuple[Parser, dict[str, Parser]]:
    """The parser, and that of each command by name."""
    parser = Parser(
        prog="talentmarket",
        description="Simulate the global market for AI talent.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "--version", action="version", version=f"talentmarket {talentmarket.__version__}"
    )
    parser.set_defaults(do=lambda _options: _help(parser), command=None)
    adder = parser.add_subparsers(metavar="COMMAND", parser_class=Parser)
    commands: dict[str, Parser] = {}

    def add(name: str, do: Command, meaning: str) -> Parser:
        command = adder.add_parser(name, help=meaning, description=meaning, allow_abbrev=False)
        command.set_defaults(do=do, command=name)
        commands[name] = command
        return command

    _add_run(add("run", run, "run one world and write its run folder"))
    _add_resume(add("resume", resume, "go on from a saved world and write its run folder"))
    _add_compare(add("compare", compare, "compare policies in pairs of worlds with common luck"))
    _add_sweep(add("sweep", sweep, "run a design: points × policies × seeds, resumed by itself"))
    _add_sensitivity(add("sensitivity", sensitivity, "find which parameters matter for a figure"))
    _add_tower(add("tower", tower, "show whom a country lacks and what closes the gap"))
    _add_validate(add("validate", validate, "hold the baseline to published facts"))
    _add_app(add("app", app, "open the pages for the browser, on this machine only"))
    add("scenarios", scenarios, "list the shipped scenarios")
    for name, do in (("policies", policies), ("schemes", schemes)):
        what = "the shipped policies" if name == "policies" else "visa schemes"
        add(name, do, f"list {what}, of one country or of all").add_argument(
            "country", nargs="?", metavar="COUNTRY", help="a country by name or three-letter code"
        )
    add("parameters", parameters, "list the numbers of the model")
    add("measures", measures, "list what is measured, with definitions")
    for name in ("scenarios", "policies", "schemes", "parameters", "measures"):
        commands[name].add_argument("--json", action="store_true", help="print a list of objects")
    copying = add("copy", copy, "copy a shipped scenario, policy or design to a file, to edit it")
    copying.add_argument("name", metavar="NAME", help="a shipped scenario, policy or design")
    copying.add_argument("file", nargs="?", metavar="FILE", help="default: NAME.toml")
    copying.add_argument("--force", action="store_true", help="replace FILE if it exists")
    return parser, commands


def _add_run(parser: argparse.ArgumentParser) -> None:
    """The options of a run."""
    add = parser.add_argument
    _add_world(parser)
    add("--policy", action="append", default=[], metavar="NAME_OR_FILE",
        help="a policy in force; may be given several times, a+b joins two")  # fmt: skip
    add("--seed", type=_whole, metavar="N", help="names the luck of the run")
    _add_written(parser)


def _add_resume(parser: argparse.ArgumentParser) -> None:
    """The options of a run that goes on."""
    add = parser.add_argument
    add("file", metavar="FILE", help="a world that --save or save() wrote")
    add("--policy", action="append", default=[], metavar="NAME_OR_FILE",
        help="a further policy, of later months only; may be given several times")  # fmt: skip
    add("--until", metavar="YYYY-MM", help="last month, included (default: as it was planned)")
    _add_written(parser)


def _add_written(parser: argparse.ArgumentParser) -> None:
    """What a run writes, and where."""
    add = parser.add_argument
    add("--out", metavar="DIR", help="run folder (default: runs/NAME-seedN)")
    add("--save", metavar="FILE", help="save the world at the end, to go on from it")
    add("--force", action="store_true", help="replace an earlier run folder or saved world")
    add("--csv", action="store_true", help="write each table as CSV, too")


def _add_world(parser: argparse.ArgumentParser) -> None:
    """What any world may be given besides policies and luck."""
    add = parser.add_argument
    add("scenario", nargs="?", default="baseline", metavar="SCENARIO",
        help="a shipped name or a TOML file (default: baseline)")  # fmt: skip
    add("--until", metavar="YYYY-MM", help="last month, included")
    add("--persons-per-agent", type=_number, metavar="X",
        help="persons for whom one simulated researcher stands")  # fmt: skip
    add("--set", type=_setting, action="append", default=[], metavar="GROUP.NAME=VALUE",
        help="another value of a parameter; may be given several times")  # fmt: skip


def _add_compare(parser: argparse.ArgumentParser) -> None:
    """The options of a comparison."""
    add = parser.add_argument
    _add_world(parser)
    add("--policy", action="append", default=[], metavar="NAME_OR_FILE",
        help="held alone against the baseline; may be given several times, a+b joins two")
    add("--against", default="none", metavar="NAME_OR_FILE",
        help="a policy that serves as baseline (default: none)")  # fmt: skip
    add("--seeds", type=_whole, default=20, metavar="N",
        help="pairs of worlds (default: 20); more can be added later")  # fmt: skip
    add("--workers", type=_whole, default=2, metavar="N", help="processes (default: 2)")
    add("--draws", metavar="FILE", help="CSV of parameters, one draw a row, used in turn")
    add("--out", metavar="DIR", help="folder (default: runs/compare-SCENARIO-POLICIES)")
    add("--force", action="store_true", help="replace an earlier comparison in the folder")
    add("--csv", action="store_true", help="write the effects as CSV, too")


def _add_sweep(parser: argparse.ArgumentParser) -> None:
    """The options of a sweep."""
    add = parser.add_argument
    add("design", metavar="DESIGN", help="a TOML file, or the name of a shipped design")
    add("--out", metavar="DIR", required=True, help="folder of the runs; those there are kept")
    _add_workers(parser)
    add("--picture", type=_picture, metavar="COUNTRY:MEASURE",
        help="draw sweep.png, such as KOR:net_per_10k_workforce")  # fmt: skip


def _add_sensitivity(parser: argparse.ArgumentParser) -> None:
    """The options of a sensitivity analysis."""
    add = parser.add_argument
    add("design", metavar="DESIGN", help="a TOML file, or the name of a shipped design")
    add("--out", metavar="DIR", help="folder (default: runs/sensitivity-NAME); runs there are kept")
    add("--page", metavar="FILE", help="write a page in Markdown with its picture, too")
    _add_workers(parser)


def _add_workers(parser: argparse.ArgumentParser) -> None:
    """Who lives many runs, and consent to very many."""
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--workers", type=_whole, default=2, metavar="N",
                       help="processes (default: 2)")  # fmt: skip
    where.add_argument("--cluster", metavar="ADDRESS", help="a Dask cluster, such as tcp://…:8786")
    add = parser.add_argument
    add("--dry-run", action="store_true", help="say how many runs and how long, run nothing")
    add("--runs", type=_whole, metavar="N", help="consent to so many runs, beyond 10,000")


def _add_tower(parser: argparse.ArgumentParser) -> None:
    """The options of a control tower."""
    add = parser.add_argument
    add("country", metavar="COUNTRY", help="a country by name or three-letter code")
    _add_world(parser)
    add("--policy", action="append", default=[], metavar="NAME_OR_FILE",
        help="a policy in force; may be given several times, a+b joins two")  # fmt: skip
    add("--seed", type=_whole, metavar="N", help="names the luck of the run")
    add("--out", metavar="DIR", help="folder (default: runs/tower-COUNTRY-NAME-seedN)")
    add("--force", action="store_true", help="replace what an earlier run left in the folder")


def _add_validate(parser: argparse.ArgumentParser) -> None:
    """The options of the scorecard."""
    add = parser.add_argument
    add("--seeds", type=_whole, default=10, metavar="N", help="worlds to run (default: 10)")
    add("--persons-per-agent", type=_number, default=20.0, metavar="X",
        help="persons for whom one simulated researcher stands (default: 20)")  # fmt: skip
    add("--workers", type=_whole, default=2, metavar="N", help="processes (default: 2)")
    add("--markdown", metavar="FILE", help="write the scorecard as a page, too")


def _add_app(parser: argparse.ArgumentParser) -> None:
    """Where the pages are, and what they begin with."""
    add = parser.add_argument
    add("scenario", nargs="?", metavar="SCENARIO",
        help="name or file of the scenario to begin with (default: baseline)")  # fmt: skip
    add("--port", type=_whole, default=8765, metavar="N", help="port (default: 8765)")
    add("--host", default="127.0.0.1", metavar="ADDRESS",
        help="address to listen at (default: 127.0.0.1, which nobody else can reach)")  # fmt: skip


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"not a whole number (got {text!r})") from None


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"not a number (got {text!r})") from None


def _setting(text: str) -> tuple[str, float]:
    name, sign, value = text.partition("=")
    if not sign:
        raise argparse.ArgumentTypeError(f"not group.name=value (got {text!r})")
    try:
        return name.strip(), float(value)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{name.strip()}: not a number (got {value!r})"
        ) from None


def _picture(text: str) -> tuple[str, str]:
    country, sign, measure = text.partition(":")
    if not (country and sign and measure):
        raise argparse.ArgumentTypeError(f"not COUNTRY:MEASURE (got {text!r})")
    return country, measure


def _help(parser: argparse.ArgumentParser) -> int:
    parser.print_help()
    return DONE


# Commands ------------------------------------------------------------------------------------


def compare(options: argparse.Namespace) -> int:
    """Compare policies, print their effects and write the folder of the comparison."""
    from talentmarket.compare_command import compare as compare_policies

    return compare_policies(options, DONE, FAILED, INTERRUPTED)


def sweep(options: argparse.Namespace) -> int:
    """Live the runs of a design that are missing, and keep each as soon as it is there."""
    from talentmarket.sweep_command import sweep as sweep_design

    return sweep_design(options)


def sensitivity(options: argparse.Namespace) -> int:
    """Screen parameters by Morris, share out the variance by Sobol, and draw both."""
    from talentmarket.sensitivity_command import sensitivity as analyse

    return analyse(options)


def tower(options: argparse.Namespace) -> int:
    """Live one world and show what the control tower of a country sees at its end."""
    from model.tables import country_names
    from talentmarket.tower_command import tower as show_tower

    return show_tower(options, _country_code(options.country, country_names()))


def validate(options: argparse.Namespace) -> int:
    """Run the baseline with several seeds and print published facts beside simulated ones."""
    from experiments import scorecard
    from talentmarket import tables

    given = (options.seeds, options.persons_per_agent, options.workers)
    scorecard.check_options(*given)
    page = None if options.markdown is None else writable(options.markdown)
    try:
        with bar("baseline", unit="world") as progress:
            frame = scorecard.scorecard(*given, progress=progress)
        print(tables.scorecard(frame))
        if page is not None:
            write_whole(page, scorecard.to_markdown(frame))
            print(f"\nPage: {options.markdown}")
    except Exception as fault:
        return failure("validate", fault, "no page was written")
    return DONE


def app(options: argparse.Namespace) -> int:
    """Serve the pages until interrupted."""
    from talentmarket.app.server import serve

    serve(options.port, options.host, options.scenario)
    return DONE


def scenarios(options: argparse.Namespace) -> int:
    """List the shipped scenarios."""
    from model.scenario import read_scenario, shipped_scenarios
    from talentmarket import tables

    rows = [read_scenario(name).as_mapping() for name in shipped_scenarios()]
    if options.json:
        return _print_json(rows)
    shown = [
        {
            "name": row["name"],
            "months": f"{row['start']} to {row['end']}",
            "persons per agent": f"{row['persons_per_agent']:g}",
            "title": row["title"],
        }
        for row in rows
    ]
    print(tables.columns(shown, ("name", "months", "persons per agent", "title")))
    return DONE


def policies(options: argparse.Namespace) -> int:
    """List the shipped policies, those in which one country acts or all."""
    from model.policy_files import read_policy, shipped_policies
    from model.tables import country_names
    from talentmarket import policy_lists

    shipped = [read_policy(name) for name in shipped_policies()]
    rows = [dict(policy.written) | policy_lists.policy_summary(policy) for policy in shipped]
    if options.country is not None:
        code = _country_code(options.country, country_names())
        rows = [row for row in rows if code in row["countries"]]
    if options.json:
        return _print_json(rows)
    print(policy_lists.policy_list(rows))
    return DONE


def schemes(options: argparse.Namespace) -> int:
    """List visa schemes, of one country or of all."""
    from model.tables import country_names
    from model.tables import schemes as shipped
    from talentmarket import policy_lists, tables

    chosen = shipped()
    if options.country is not None:
        code = _country_code(options.country, country_names())
        chosen = tuple(scheme for scheme in chosen if scheme.country == code)
    if options.json:
        return _print_json([{"name": scheme.id, **scheme.as_mapping()} for scheme in chosen])
    print(tables.scheme_list(chosen))
    print(f"\n{policy_lists.HOW_TO_CHANGE}")
    return DONE


def parameters(options: argparse.Namespace) -> int:
    """List the numbers of the model."""
    from model.parameters import all_parameters
    from talentmarket import policy_lists, tables

    rows = [dataclasses.asdict(parameter) for parameter in all_parameters()]
    levers = policy_lists.lever_rows()
    if options.json:
        return _print_json([*rows, *levers])
    print(tables.parameter_list(rows))
    print(f"\n{policy_lists.lever_list(levers)}")
    return DONE


def measures(options: argparse.Namespace) -> int:
    """List what is measured."""
    from model.statistics import MEASURES
    from talentmarket import tables

    rows = [dataclasses.asdict(measure) for measure in MEASURES]
    if options.json:
        return _print_json(rows)
    print(tables.columns(rows, ("name", "unit", "table", "meaning")))
    return DONE


def copy(options: argparse.Namespace) -> int:
    """Copy a shipped scenario, policy or design to a file."""
    from model.toml_files import FOLDERS, shipped_names, shipped_text

    kinds = {name: kind for kind in FOLDERS for name in shipped_names(kind)}
    if options.name not in kinds:
        raise unknown_name("scenario, policy or design", options.name, kinds)
    kind = kinds[options.name]
    text = shipped_text(options.name, kind)
    path = Path(options.file or f"{options.name}.toml")
    if path.is_dir():
        raise InputError("is a folder; name a file", file=str(path))
    if path.exists() and not options.force:
        raise InputError("exists already; name another file or add --force", file=str(path))
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as fault:
        raise InputError(f"cannot be written: {fault.strerror}", file=str(path)) from None
    use = {"scenario": "run", "policy": "run --policy", "design": "sweep --out DIR"}[kind]
    use = "sensitivity" if "\n[sensitivity]" in text else use
    print(f"{path}: edit it, then talentmarket {use} {path}")
    return DONE


# Helpers -------------------------------------------------------------------------------------


def _country_code(text: str, names: dict[str, str]) -> str:
    """The three-letter code of a country given by code or by name."""
    known = {code.casefold(): code for code in names}
    known |= {name.casefold(): code for code, name in names.items()}
    if text.casefold() in known:
        return known[text.casefold()]
    # "Korea" is nearer to a word of "South Korea" than to any whole name
    words = {word: code for name, code in known.items() for word in name.split() if len(word) > 3}
    known = words | known
    guess = known.get(nearest(text.casefold(), known) or "")
    hint = f"; did you mean {guess!r} ({names[guess]})?" if guess else ""
    raise InputError(f"unknown country {text!r}{hint}")


def _print_json(rows: Sequence[Any]) -> int:
    print(json.dumps(rows, indent=2, ensure_ascii=False, default=str))
    return DONE


if __name__ == "__main__":
    sys.exit(main())
