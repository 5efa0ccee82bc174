"""National statistics: what is recorded each month and the tables made of it."""

from model.statistics.measures import LEAST_AGENTS, MEASURES, Measure
from model.statistics.recorder import Recorder

__all__ = ["LEAST_AGENTS", "MEASURES", "Measure", "Recorder"]
