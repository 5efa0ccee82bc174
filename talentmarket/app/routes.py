"""Routes: which page answers at which address."""

from __future__ import annotations

import solara

from talentmarket.app.page import Page


@solara.component
def Bare(children: list[solara.Element]) -> None:
    """A page without Solara's own bar."""
    solara.Div(children=children)


@solara.component
def MesaRoute() -> None:
    """Mesa's page; it is loaded when it is asked for, so that the main page needs none of it."""
    from talentmarket.app.mesa_page import MesaPage

    solara.Title("Talent Market in Mesa")
    MesaPage()


routes = [
    solara.Route(path="/", component=Page, layout=Bare),
    solara.Route(path="mesa", component=MesaRoute, layout=solara.AppLayout),
]
