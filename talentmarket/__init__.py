"""Talent Market: an agent-based simulation of the global market for AI talent.

Names are loaded when they are first used, so that importing this package costs next to nothing.
"""

from __future__ import annotations

import importlib
import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from agents.big_tech import BigTech as BigTech
    from agents.declare import InputError as InputError
    from agents.governments import Government as Government
    from agents.researchers import Researchers as Researchers
    from agents.startups import Startup as Startup
    from experiments.compare import compare as compare
    from experiments.record import Record as Record
    from experiments.record import load as load
    from experiments.run import run as run
    from experiments.sensitivity import sensitivity as sensitivity
    from experiments.sweep import query_sweep as query_sweep
    from experiments.sweep import read_sweep as read_sweep
    from experiments.sweep import sweep as sweep
    from experiments.sweep_figures import draw_countries as draw_countries
    from experiments.sweep_figures import draw_effect as draw_effect
    from experiments.sweep_figures import draw_fan as draw_fan
    from experiments.sweep_figures import draw_interaction as draw_interaction
    from model.scenario import read_scenario as read_scenario
    from model.talent_market import TalentMarket as TalentMarket
    from model.talent_market import resume as resume

    __version__: str

__all__ = [
    "BigTech",
    "Government",
    "InputError",
    "Record",
    "Researchers",
    "Startup",
    "TalentMarket",
    "__version__",
    "compare",
    "draw_countries",
    "draw_effect",
    "draw_fan",
    "draw_interaction",
    "load",
    "parameters",
    "query_sweep",
    "read_scenario",
    "read_sweep",
    "resume",
    "run",
    "schemes",
    "sensitivity",
    "sweep",
]

_HOME = {
    "BigTech": "agents.big_tech",
    "Government": "agents.governments",
    "InputError": "agents.declare",
    "Record": "experiments.record",
    "Researchers": "agents.researchers",
    "Startup": "agents.startups",
    "TalentMarket": "model.talent_market",
    "compare": "experiments.compare",
    "draw_countries": "experiments.sweep_figures",
    "draw_effect": "experiments.sweep_figures",
    "draw_fan": "experiments.sweep_figures",
    "draw_interaction": "experiments.sweep_figures",
    "load": "experiments.record",
    "query_sweep": "experiments.sweep",
    "read_scenario": "model.scenario",
    "read_sweep": "experiments.sweep",
    "resume": "model.talent_market",
    "run": "experiments.run",
    "sensitivity": "experiments.sensitivity",
    "sweep": "experiments.sweep",
}


def parameters() -> pd.DataFrame:
    """Every number of the model: name, value, unit, range, kind, source and meaning."""
    import dataclasses

    import pandas as pd

    from model.parameters import all_parameters

    return pd.DataFrame([dataclasses.asdict(parameter) for parameter in all_parameters()])


def schemes() -> pd.DataFrame:
    """Every visa scheme, one row a tier and dated version; what is blank is no condition."""
    import pandas as pd

    from agents.levers import SCHEME_FIELDS
    from model.tables import schemes as shipped

    rows = [scheme.as_mapping() for scheme in shipped()]
    return pd.DataFrame(rows, columns=[field.name for field in SCHEME_FIELDS])


def _version() -> str:
    """The version that was installed."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("talentmarket")
    except PackageNotFoundError:
        return "0+not-installed"


def _check_siblings() -> None:
    """Refuse to run with somebody else's packages of the same plain names."""
    home = Path(__file__).resolve().parent.parent
    for name in ("agents", "model", "experiments"):
        try:
            spec = importlib.util.find_spec(name)
        except ValueError:  # something called so is in memory and says nothing of its origin
            spec = None
        origin = spec.origin if spec else None
        if origin is None or Path(origin).resolve().parent != home / name:
            found = origin or "none that can be found"
            raise ImportError(
                f"talentmarket needs its own package {name!r} in {home}, but Python would import "
                f"another one ({found}): run from another folder, or install talentmarket in an "
                "environment of its own, without that package."
            )


def __getattr__(name: str) -> Any:
    """Load a public name on first use."""
    if name == "__version__":
        value: Any = _version()
    elif name in _HOME:
        value = getattr(importlib.import_module(_HOME[name]), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


_check_siblings()
