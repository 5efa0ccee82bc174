"""Warm: what a process has to load before its first run, loaded by importing this module.

The server of processes imports it and copies itself for each worker, so all is loaded once.
"""

from __future__ import annotations

import contextlib
import gc

from experiments.sweep.living import live_a_little

with contextlib.suppress(Exception):  # what is wrong shows, with its place, in the runs
    live_a_little()
gc.collect()
gc.freeze()  # what is loaded stays, and processes share it as long as nobody touches it
