"""The whole configuration."""

from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Literal, Self, get_args
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, IPvAnyNetwork, PlainValidator, field_validator, model_validator

from notifiers.channel_specs import SHOWING, AppriseChannel, ChannelSpec, Key
from notifiers.institutions import Institution
from notifiers.languages import Language, StaffLanguage
from notifiers.spec import Issuer, PerLanguage, Person, Recipient, Texts
from rules.forecasts.model import Model
from rules.spec import Lasting, PerLevel, RuleSpec
from sensors.stations import Frozen, Name, Station, Text
from sensors.units import Amount, Duration
from warning.config.access import AccessibilitySpec
from warning.config.people import AloneSpec, EscalationSpec, GaugeNoticeSpec, LoginSpec, NightSpec, OnCallSpec, People


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError) as error:
        raise ValueError(f"unknown time zone {name!r}") from error
    return name


class City(Frozen):
    """The tenant."""

    id: Name
    name: Text
    time_zone: Annotated[Text, AfterValidator(_known_zone)]
    languages: tuple[Language, ...] = Field(min_length=1)  # the first one is shown by default
    sender: Annotated[str, Field(pattern=r"^[^\s<&,]+$")]  # CAP sender
    contact: Text
    page: Annotated[str, Field(pattern=r"^https?://.+/$")]  # public address of the pages, for links in messages

    @field_validator("languages")
    @classmethod
    def _spoken_by_pages(cls, languages: tuple[Language, ...]) -> tuple[Language, ...]:
        if languages[0] not in get_args(StaffLanguage):
            raise ValueError("the first one must be de or en: the desk is written in these")
        if len(set(languages)) < len(languages):
            raise ValueError("one is named twice")
        return languages


class Mqtt(Frozen):
    """The broker; ``embedded`` starts one on loopback, for trying out only."""

    url: Annotated[str, Field(pattern=r"^(embedded|mqtts?://.+)$")]
    client_id: Name  # fixed: the broker keeps our session under it


class Web(Frozen):
    """Where the pages are served."""

    host: Text
    port: int = Field(ge=0, le=65535)
    proxies: tuple[IPvAnyNetwork, ...] = (  # whose word is taken for where a request comes from (X-Forwarded-For)
        IPv4Network("127.0.0.0/8"),
        IPv6Network("::1/128"),
    )


class CapSigning(Frozen):
    """What CAP messages are signed with; files are meant from the folder of the configuration."""

    certificate_file: Text
    key_file: Text | None = None
    key_env: Text | None = None  # name of the environment variable that holds the key

    @model_validator(mode="after")
    def _one_key(self) -> Self:
        if (self.key_file is None) == (self.key_env is None):
            raise ValueError("needs one of key_file and key_env")
        return self


Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]


class SubscriptionSpec(Frozen):
    """Residents may ask to be told."""

    channels: tuple[Name, ...] = Field(min_length=1)  # which they may choose from, the advised one first
    key: Key | None = None  # seals their addresses; without it ``contacts.key`` among the service's own files
    region: Country = "DE"  # of telephone numbers without a country
    countries: tuple[Country, ...] = ()  # whose telephone numbers may be signed up; that of ``region`` when left out
    per_hour: int = Field(default=600, ge=1)  # unconfirmed ones of a channel: letters share their way with warnings


class ServiceConfig(Frozen):
    """Addresses of everything the service talks to."""

    log: Annotated[str, Field(pattern=r"^(sqlite-log|kafka)://.+$")]
    partitions: int = Field(ge=1, le=256)
    history: Annotated[str, Field(pattern=r"^(sqlite:///|influxdbs?://).+$")]
    ledger: Annotated[str, Field(pattern=r"^(sqlite:///.+|postgresql://.+)$")]
    mqtt: Mqtt
    web: Web
    observations_kept: Duration  # on the log; the history keeps its own
    tick: Duration  # how often silence and timers are looked at
    cap_signing: CapSigning | None = None  # without it CAP messages are not signed
    receipts_kept: Duration = 30 * 24 * 3_600_000  # of persons in the ledger; numbers stay


class Zone(Frozen):
    """An area that is warned as one."""

    name: PerLanguage
    area: PerLanguage  # CAP areaDesc: which streets and places
    geocode: dict[str, str] = Field(default_factory=dict)
    polygon: tuple[tuple[float, float], ...] = ()  # latitude, longitude; closed by the CAP writer


Release = Literal["automatic", "one person", "two people"]
_NEEDED: dict[Release, int] = {"automatic": 0, "one person": 1, "two people": 2}


class Impact(Frozen):
    """What happens around a station when its water stands so high."""

    value: Amount
    text: PerLanguage
    source: Text  # who has seen or computed it


class ReleasePolicy(Frozen):
    """Who lets a warning go out, per level."""

    level_1: Release = Field(alias="level 1")
    level_2: Release = Field(alias="level 2")
    level_3: Release = Field(alias="level 3")

    def automatic(self, level: int) -> bool:
        """Whether nobody has to agree."""
        return self.needed(level) == 0

    def needed(self, level: int) -> int:
        """How many people have to agree; 0 where it goes out by itself."""
        return _NEEDED[(self.level_1, self.level_2, self.level_3)[level - 1]]


class Warnings(Frozen):
    """Times of a warning's life."""

    release: ReleasePolicy
    expires: PerLevel
    quiet: Duration  # least time between two updates that do not worsen
    all_clear: dict[Name, Lasting]  # per hazard: how long all of an incident must be normal before the all-clear
    escalation: EscalationSpec = EscalationSpec()
    alone: AloneSpec = Field(default_factory=AloneSpec)
    gauge_notice: GaugeNoticeSpec = Field(default_factory=GaugeNoticeSpec)
    night: NightSpec = Field(default_factory=NightSpec)
    acknowledge: Duration = 300_000  # within which institutions have to, before somebody calls them
    preauthorised: Duration | None = None  # level 3 on two sensors goes out by itself after this, where law allows


def _model(path: object) -> Model:
    """Read the model file at a path that ``load`` has made absolute."""
    if isinstance(path, Model):
        return path
    if not isinstance(path, str):  # pydantic makes a problem with its place of a ValueError only
        raise ValueError(  # noqa: TRY004
            "must be the path of a model file, as `floodbell fit` writes it"
        )
    try:
        return Model.load(Path(path).read_bytes())
    except OSError as error:
        raise ValueError(f"{path}: cannot be read: {error.strerror}") from error


ForecastModel = Annotated[Model, PlainValidator(_model)]


class MapSpec(Frozen):
    """What the city has drawn for the map of the desk."""

    folder: Text  # with GeoJSON, meant from the folder of the configuration
    attribution: Text  # whose it is; stands on the map
    crs: Annotated[str, Field(pattern=r"^EPSG:[0-9]{4,6}$")] = "EPSG:4326"  # of files that do not name their own


class Config(Frozen):
    """One city, complete."""

    version: Literal[1]
    city: City
    service: ServiceConfig
    stations: dict[Name, Station] = Field(min_length=1)
    zones: dict[Name, Zone] = Field(min_length=1)
    rules: tuple[RuleSpec, ...] = Field(min_length=1)
    forecasts: dict[Name, ForecastModel] = Field(default_factory=dict)  # by station
    impacts: dict[Name, tuple[Impact, ...]] = Field(default_factory=dict)  # by station
    warnings: Warnings
    issuer: Issuer | None = None  # without one there are measured values only
    people: tuple[Person, ...] = ()
    groups: dict[Name, People] = Field(default_factory=dict)  # of people, to be named in on_call
    login: LoginSpec = LoginSpec()
    on_call: OnCallSpec | None = None
    channels: dict[Name, ChannelSpec]
    recipients: tuple[Recipient, ...]
    institutions: tuple[Institution, ...] = ()  # recipients that have to acknowledge
    subscriptions: SubscriptionSpec | None = None  # without it residents cannot sign up
    accessibility: AccessibilitySpec | None = None  # without it the pages say that the city has stated nothing
    map: MapSpec | None = None  # without it the map shows zones and stations alone
    places: dict[Text, tuple[Name, ...]] = Field(default_factory=dict)  # streets and quarters, and their zones
    texts: Texts

    @property
    def hearers(self) -> tuple[Recipient, ...]:
        """Everybody outside the staff whom warnings go to."""
        return *self.recipients, *self.institutions

    @property
    def addresses(self) -> dict[str, set[str]]:
        """All that are configured, by channel."""
        named = [address for person in self.people for address in person.addresses]
        named += [address for hearer in self.hearers for address in hearer.addresses]
        return {name: {one.to.get_secret_value() for one in named if one.channel == name} for name in self.channels}

    @property
    def voices(self) -> frozenset[str]:
        """The channels that call people."""
        return frozenset(
            name for name, spec in self.channels.items() if isinstance(spec, AppriseChannel) and spec.voice
        )

    @property
    def showing(self) -> frozenset[str]:
        """The channels on which a message can take the place of another, and goes when its time is over."""
        return frozenset(name for name, spec in self.channels.items() if spec.kind in SHOWING)
