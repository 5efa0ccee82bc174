"""Pictures of the network, one a layer."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from experiments.network_figures.collaboration import collaboration_picture
from experiments.network_figures.corridors import corridors_picture
from experiments.network_figures.deals import deals_picture
from experiments.network_figures.diaspora import diaspora_picture
from model.networks import LAYERS
from model.talent_market import TalentMarket

PIXELS_PER_INCH = 100    # keeps each picture below 300 kB
PICTURES = {
    "collaboration": collaboration_picture, "diaspora": diaspora_picture,
    "corridors": corridors_picture, "deals": deals_picture,
}  # fmt: skip
assert tuple(PICTURES) == LAYERS


def save(market: TalentMarket, folder: Path, layers: Iterable[str] = LAYERS) -> list[Path]:
    """Write ``network_<layer>.png`` of each layer, each under a temporary name first."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for layer in layers:
        file = folder / f"network_{layer}.png"
        fresh = file.with_suffix(".new.png")
        PICTURES[layer](market).savefig(
            fresh, dpi=PIXELS_PER_INCH, pil_kwargs={"optimize": True}
        )
        os.replace(fresh, file)
        written.append(file)
    return written
