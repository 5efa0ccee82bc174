"""Parts that several views share: pictures one can click, tables, notes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import solara

from talentmarket.app import svg

STYLE = Path(__file__).with_name("page.css")


@solara.component_vue("picture.vue")
def _Clickable(svg: str, event_pick: Callable[[str], None]) -> None:
    """An SVG in which elements with ``data-code`` may be clicked."""


@solara.component
def Picture(drawn: str, on_pick: Callable[[str], None] | None = None) -> None:
    """A picture; a click on a country chooses it."""
    _Clickable(svg=drawn, event_pick=on_pick or _nothing)


def _nothing(_code: str) -> None:
    """Where a click means nothing."""


def Table(
    header: Sequence[str], rows: Sequence[Sequence[str]], caption: str, highlight: int = -1
) -> None:
    """Numbers as a table, which scrolls in itself.

    No component of its own: Solara would look into every cell for others at each redraw.
    """
    text = svg.table(header, rows, caption, highlight)
    solara.HTML(tag="div", unsafe_innerHTML=text, classes=["tm-scroll"],
                attributes={"tabindex": "0"})  # fmt: skip


@solara.component
def Note(text: str) -> None:
    """A line under a picture: what it rests on."""
    solara.HTML(tag="p", unsafe_innerHTML=svg.text_of(text), classes=["tm-note"])


@solara.component
def Fault(text: str) -> None:
    """A message beside the field it is about; nothing where there is none."""
    if text:
        solara.HTML(
            tag="div", unsafe_innerHTML=svg.text_of(text), classes=["tm-fault"],
            attributes={"role": "alert"},
        )
