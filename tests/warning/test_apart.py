"""An exercise shares nothing with the service that reaches people: it is refused before anything starts."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner

from notifiers.revision import Status
from simulations.cli import app
from tests.notifiers.samples import CONFIG
from warning.apart import NotApart, Places, keep_apart
from warning.world import World, exercise, live, real_places

REAL = Places(
    tenant="town",
    data=Path("/srv/var"),
    log="kafka://a:9092,b:9092",
    history="sqlite:////srv/var/history.db",
    ledger="postgresql://bell:secret@db:5432/ledger",
    mqtt="mqtts://bell:secret@broker:8883",
)
OWN = Places(
    tenant="town-exercise",
    data=Path("/srv/exercise"),
    log="kafka://b:9092?prefix=exercise.",
    history="sqlite:////srv/exercise/history.db",
    ledger="postgresql://drill:secret@db:5432/exercise",
    mqtt="mqtts://drill:secret@broker:8883",
)


def test_one_with_everything_of_its_own_may_be_held_on_the_same_servers() -> None:
    keep_apart(OWN, REAL)


@pytest.mark.parametrize(
    ("shared", "said"),
    [
        pytest.param({"tenant": "town"}, "a tenant of its own", id="tenant"),
        pytest.param({"data": Path("/srv/x/../var")}, "a folder of its own", id="folder"),
        pytest.param({"log": "kafka://b:9092"}, r"\?prefix=exercise\.", id="topics"),
        pytest.param({"log": "kafka://other:9092"}, r"\?prefix=exercise\.", id="topics without a name anywhere"),
        pytest.param({"history": "sqlite:////srv/exercise/../var/history.db"}, "history of its own", id="history"),
        pytest.param({"ledger": "postgresql://drill:x@db:5432/ledger"}, "ledger of its own", id="ledger, other login"),
        pytest.param({"ledger": "postgresql+psycopg://db:5432/ledger"}, "ledger of its own", id="ledger, other driver"),
        pytest.param({"mqtt": "mqtt://bell@broker:1883"}, "MQTT login of its own: bell", id="MQTT login"),
    ],
)
def test_what_is_shared_is_named(shared: dict[str, object], said: str) -> None:
    with pytest.raises(NotApart, match=said):
        keep_apart(OWN._replace(**shared), REAL)  # type: ignore[arg-type]


def test_the_same_prefix_on_the_same_servers_is_shared() -> None:
    real = REAL._replace(log="kafka://a:9092?prefix=exercise.")
    keep_apart(OWN, real)  # other servers
    with pytest.raises(NotApart, match="topics of its own"):
        keep_apart(OWN._replace(log="kafka://c:1,a:9092?prefix=exercise."), real)


@pytest.mark.parametrize("what", ["log", "history", "ledger", "data"])
def test_a_world_refuses_to_settle_on_what_is_the_real_ones(tmp_path: Path, what: str) -> None:
    """Its folder is not even made."""
    world = exercise(CONFIG, tmp_path / "exercise", None, clock="ticks")
    mixed = world.model_copy(update={what: getattr(live(CONFIG), what)})
    with pytest.raises(NotApart):
        mixed.settled()
    assert not world.data.exists()


def test_worlds_of_one_configuration(tmp_path: Path) -> None:
    real, drill = live(CONFIG), exercise(CONFIG, tmp_path, None, clock="system")
    assert real_places(CONFIG) == real.places()
    assert (real.tenant, drill.tenant) == ("wuppertal", "wuppertal-exercise")
    assert not set(real.places()[:5]) & set(drill.places()[:5])
    settled = drill.settled()
    assert settled.status is Status.EXERCISE
    assert World.model_validate_json(settled.model_dump_json()).settled().places() == drill.places()


def test_a_replay_on_the_broker_of_the_service_needs_a_login_of_its_own(tmp_path: Path) -> None:
    tree = YAML(typ="safe").load(CONFIG.read_text(encoding="utf-8"))
    tree["service"]["mqtt"]["url"] = "mqtt://bell:secret@127.0.0.1:1"
    config = tmp_path / "config.yaml"
    with config.open("w", encoding="utf-8") as file:
        YAML(typ="safe").dump(tree, file)
    arguments = ["--config", str(config), "--speed", "100", "--mqtt", "mqtt://bell:other@127.0.0.1:1"]
    result = CliRunner().invoke(app, ["replay", "synthetic", *arguments])
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (
        1,
        "an exercise needs an MQTT login of its own: bell belongs to the real service",
    )
