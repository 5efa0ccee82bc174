"""Routes: which page answers at which address."""

from __future__ import annotations

import solara

from talentmarket.app.page import Page


@solara.component
def Bare(children: list[solara.Element]) -> None:
    """A page without Solara's own bar."""
    solara.Div(children=children)


routes = [solara.Route(path="/", component=Page, layout=Bare)]
