"""Compiled: rules written for one number, or as a plain loop, that run at the speed of the machine.

The machine code is kept on disk beside the source and made anew when the file of the function
changes. A compiled function may use functions and constants of its own file only, or it would go on
with old ones of another.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """A function of numbers and arrays, compiled when it is first called; other threads go on.

    Divisions by zero give infinities and NaN, as in NumPy.
    """
    make = numba.njit(cache=True, nogil=True, error_model="numpy")
    return cast(Function, make(function))


def over_arrays(signature: str) -> Callable[[Callable[..., Any]], np.ufunc]:
    """Make a function of numbers one of whole arrays, which broadcasts as those of NumPy do.

    Parameters
    ----------
    signature
        Types of the result and of the arguments, such as ``"float64(uint64)"``.
    """
    make = numba.vectorize([signature], cache=True)  # type: ignore[no-untyped-call]
    return lambda function: make(function).ufunc
