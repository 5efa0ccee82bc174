"""The published estimators on plain tables: difference-in-differences, and PPML with fixed effects.

Both absorb fixed effects instead of carrying a dummy for each, since a gravity table of some worlds
has thousands. That is why pyfixest is used (extra ``experiments``): statsmodels would need a dense
column for every effect.
"""

from __future__ import annotations

import importlib
import warnings
from collections.abc import Sequence
from types import ModuleType
from typing import NamedTuple

import numpy as np
import pandas as pd

NEEDED = "the published estimators need pyfixest: pip install 'talentmarket[experiments]'"
NO_INFORMATION = "observations removed because of separation"  # only zeros under one fixed effect


class Coefficient(NamedTuple):
    """One estimate with its 95 % interval from standard errors clustered as asked for."""

    value: float
    error: float
    low: float
    high: float
    observations: int
    """Rows that carry information, after effects with nothing but zeros are left out."""
    clusters: int
    """Groups of rows whose errors may be related."""


def differences(
    frame: pd.DataFrame, outcome: str, regressors: Sequence[str],
    effects: Sequence[Sequence[str]], cluster: Sequence[str],
) -> dict[str, Coefficient]:
    """Difference-in-differences: least squares within fixed effects.

    Parameters
    ----------
    frame
        One row an observation.
    regressors
        Names of columns, one coefficient each.
    effects
        Fixed effects, each the columns whose combinations have a level of their own.
    cluster
        Columns whose combinations may have errors in common.
    """
    return _fit("feols", frame, outcome, regressors, effects, cluster)


def poisson(
    frame: pd.DataFrame, outcome: str, regressors: Sequence[str],
    effects: Sequence[Sequence[str]], cluster: Sequence[str],
) -> dict[str, Coefficient]:
    """Poisson pseudo-maximum likelihood within fixed effects: E y = exp(β x + effects).

    Parameters as in :func:`differences`; the outcome is at least 0 and zeros count. Only the mean
    has to be right, not the variance (Santos Silva and Tenreyro 2006).
    """
    return _fit("fepois", frame, outcome, regressors, effects, cluster)


def _fit(
    estimator: str, frame: pd.DataFrame, outcome: str, regressors: Sequence[str],
    effects: Sequence[Sequence[str]], cluster: Sequence[str],
) -> dict[str, Coefficient]:
    names = [f"effect_{number}" for number in range(len(effects))]
    table = pd.DataFrame(
        {"outcome": frame[outcome].astype(float)}
        | {name: frame[name].astype(float) for name in regressors}
        | {name: _levels(frame, effect) for name, effect in zip(names, effects, strict=True)}
        | {"cluster": _levels(frame, cluster)}
    )
    formula = f"outcome ~ {' + '.join(regressors)} | {' + '.join(names)}"
    with warnings.catch_warnings(), np.errstate(divide="ignore", invalid="ignore"):
        warnings.filterwarnings("ignore", message=f".*{NO_INFORMATION}")
        # of two clusters an error cannot be told; it comes out as nought
        fit = getattr(_library(), estimator)(formula, data=table, vcov={"CRV1": "cluster"})
        lost = [name for name in regressors if name not in fit.coef().index]
        if lost:
            raise ValueError(f"no variation is left within the fixed effects for {', '.join(lost)}")
        value, error, interval = fit.coef(), fit.se(), fit.confint()
    return {
        name: Coefficient(
            float(value[name]), float(error[name]), float(interval.loc[name].iloc[0]),
            float(interval.loc[name].iloc[1]), int(fit._N), int(min(fit._G)),
        )
        for name in regressors
    }  # fmt: skip


def _levels(frame: pd.DataFrame, columns: Sequence[str]) -> pd.Series:
    """A number for each combination of some columns."""
    return frame.groupby(list(columns), sort=False).ngroup().astype(int)


def _library() -> ModuleType:
    try:
        return importlib.import_module("pyfixest")
    except ImportError:
        raise ImportError(NEEDED) from None
