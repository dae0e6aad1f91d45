"""The same pages the way dashboards and sites without a cache give them: made from the databases for every request.

Templates, facts and stores are the product's own, so that the pages are the same to the byte; Flask asks for them, and
says how long they stay and whether they are still the same.
"""

import gzip
from pathlib import Path

from flask import Flask, Response, request

from notifiers.languages import Language
from warning.content import content_of
from warning.log.store import wall_clock_ms
from warning.stores.book import LedgerBook
from warning.stores.histories import open_history
from warning.web.facts.picture import watched_by
from warning.web.facts.sources import Sources, Statuses
from warning.web.render import renderer
from warning.web.residents.poster_pages import qr
from warning.web.residents.standing import standing
from warning.web.residents.station_pages import _facts
from warning.web.residents.zone_pages import gauge_of
from warning.world import World


def application(world_file: str) -> Flask:
    """One worker's; its stores are open as long as it lives."""
    world = World.model_validate_json(Path(world_file).read_bytes())
    config = world.configuration()
    history, book = open_history(world.history, read_only=True), LedgerBook(world.ledger)
    sources = Sources(config, watched_by(config), world.status, world.clock, history, book, Statuses(), wall_clock_ms)
    render, content, app = renderer(sources), content_of(config), Flask(__name__)

    def answer(language: str, template: str, **facts: object) -> Response:
        spoken: Language = render.spoken(language)
        response = Response(render.html(request.path, spoken, template, **facts), mimetype="text/html")
        response.add_etag()
        response.headers["Cache-Control"] = "public, max-age=10"
        response.make_conditional(request)
        if response.status_code == 200 and "gzip" in request.headers.get("Accept-Encoding", ""):
            response.set_data(gzip.compress(response.get_data(), 5))
            response.headers["Content-Encoding"] = "gzip"
        return response

    @app.get("/<language>/")
    def start(language: str) -> Response:
        return answer(language, "index.html", **standing(sources, render.spoken(language), content))

    @app.get("/<language>/zone/<zone>")
    def place(language: str, zone: str) -> Response:
        address = f"{config.city.page}{language}/zone/{zone}"
        spoken = render.spoken(language)
        facts = standing(sources, spoken, content, zone)
        facts |= gauge_of(sources, facts["zones"], render.words[spoken].local)  # type: ignore[arg-type]
        return answer(language, "place.html", **facts, zone_id=zone, address=address, code=qr(address))

    @app.get("/<language>/station/<name>")
    def station(language: str, name: str) -> Response:
        return answer(language, "station.html", **_facts(render, render.words[render.spoken(language)], name))

    return app
