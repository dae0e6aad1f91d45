"""A world: one log, one ledger, one clock, and whether anybody outside can be reached.

An exercise is a world of its own: another tenant, with its own folder, topics, ledger, keys and logins. It is
told apart by what it is made of, not by a flag that some code might forget to ask: its processes are another
program (``roles_exercise``), which holds no way to reach anybody.
"""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from notifiers.revision import Status
from sensors.readings import Series
from warning.apart import Places, keep_apart
from warning.config.load import load, parse
from warning.config.model import CapSigning, Config
from warning.signing import SigningPlace

#: What the tenant of an exercise is called after its city.
EXERCISE_TENANT = "-exercise"


class World(BaseModel):
    """Everything a process needs to know to start; passed to it as a small JSON file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    tenant: str  # the city's id; an exercise is another tenant
    config: Path
    overlay: Path | None = None
    status: Status
    clock: Literal["system", "ticks"]
    data: Path  # folder for status, captures and files of our own
    log: str
    history: str
    ledger: str
    mqtt: str  # "embedded", or where the broker listens
    web_host: str
    web_port: int
    session_timeout_s: float = 10.0  # a worker silent for so long loses its partitions to others
    lease_s: float = 30.0  # what a dead dispatch was sending is in doubt for so long, then it is sent again
    signing: SigningPlace | None = None  # what CAP messages are signed with; an exercise signs none
    map: Path | None = None  # folder of what the city has drawn for the map
    video: Path | None = None  # what it is about, in sign language
    steps: dict[str, int] = {}  # "station/parameter" → nominal step of a record, ms

    def configuration(self) -> Config:
        """The city of this world; a record's own reading steps replace the configured ones."""
        return with_steps(
            load(self.config, self.overlay), {Series(*name.split("/")): step for name, step in self.steps.items()}
        )

    def places(self) -> Places:
        """What nobody else may use."""
        return Places(self.tenant, self.data, self.log, self.history, self.ledger, self.mqtt)

    def settled(self) -> "World":
        """This world with its configuration copied into its own folder, so that all of one run use one version.

        Raises:
            ConfigError: the files have been spoilt since they were checked.
            NotApart: it is an exercise, and shares something with the service that reaches people.
        """
        check_apart(self)
        copies = {}
        for name, source in (("config", self.config), ("overlay", self.overlay)):
            if source is not None:
                copies[name] = self.data / f"{name}.yaml"
                write_private(copies[name], source.read_bytes())
        world = self.model_copy(update=copies)
        world.configuration()
        return world


def write_private(path: Path, content: bytes) -> None:
    """Write a file that its owner alone may read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_bytes(content)


def live(config_path: Path) -> World:
    """The world that reaches people."""
    config = load(config_path)
    base = config_path.resolve().parent
    service = config.service
    return World(
        tenant=config.city.id,
        config=config_path.resolve(),
        status=Status.ACTUAL,
        clock="system",
        data=base / "var",
        log=_absolute(service.log, base),
        history=_absolute(service.history, base),
        ledger=_absolute(service.ledger, base),
        mqtt=service.mqtt.url,
        web_host=service.web.host,
        web_port=service.web.port,
        signing=_signing(service.cap_signing, base),
        map=_map(config, base),
        video=_video(config, base),
    )


def check_apart(world: World) -> None:
    """Raises NotApart where an exercise would use something of the service that reaches people."""
    if world.status is not Status.ACTUAL:
        keep_apart(world.places(), real_places(world.config))


def real_places(config_path: Path) -> Places:
    """What the live world of a configuration would use, also where that alone is not valid, as of an exercise's."""
    tree, base = parse(config_path).tree, config_path.resolve().parent
    service = tree.get("service", {})
    log, history, ledger = (_absolute(str(service.get(key, "")), base) for key in ("log", "history", "ledger"))
    mqtt = str(service.get("mqtt", {}).get("url", ""))
    return Places(str(tree.get("city", {}).get("id", "")), base / "var", log, history, ledger, mqtt)


def exercise(config_path: Path, data: Path, overlay: Path | None, *, clock: Literal["system", "ticks"]) -> World:
    """A world that reaches nobody, with everything it keeps in the folder ``data``."""
    config = load(config_path, overlay)
    data = data.resolve()
    return World(
        tenant=f"{config.city.id}{EXERCISE_TENANT}",
        config=config_path.resolve(),
        overlay=overlay.resolve() if overlay else None,
        status=Status.EXERCISE,
        clock=clock,
        data=data,
        log=f"sqlite-log:///{data}/log.db",
        history=f"sqlite:///{data}/history.db",
        ledger=f"sqlite:///{data}/ledger.db",
        mqtt="embedded",
        web_host=config.service.web.host,
        web_port=config.service.web.port,
        map=_map(config, config_path.resolve().parent),
        video=_video(config, config_path.resolve().parent),
    )


def with_steps(config: Config, steps: dict[Series, int]) -> Config:
    """The configuration with other nominal steps, for a record that is coarser than live data."""
    if not steps:
        return config
    stations = {
        name: station.model_copy(
            update={
                "sensors": {
                    parameter: sensor.model_copy(update={"step": steps.get(Series(name, parameter), sensor.step)})
                    for parameter, sensor in station.sensors.items()
                }
            }
        )
        for name, station in config.stations.items()
    }
    return config.model_copy(update={"stations": stations})


def _map(config: Config, base: Path) -> Path | None:
    return None if config.map is None else base / config.map.folder


def _video(config: Config, base: Path) -> Path | None:
    spec = config.accessibility
    return None if spec is None or spec.video is None else base / spec.video


def _signing(spec: CapSigning | None, base: Path) -> SigningPlace | None:
    if spec is None:
        return None
    key_file = None if spec.key_file is None else base / spec.key_file
    return SigningPlace(certificate_file=base / spec.certificate_file, key_file=key_file, key_env=spec.key_env)


def _absolute(url: str, base: Path) -> str:
    """A file URL with its path made absolute: after three slashes it is meant from ``base``."""
    scheme, _, path = url.partition(":///")
    if scheme not in ("sqlite", "sqlite-log"):
        return url
    return f"{scheme}:///{base / path}"
