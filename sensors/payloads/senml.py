"""SenML packs in JSON (RFC 8428, versions by RFC 9100)."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

import msgspec

from sensors.payloads.api import Decoded, PayloadError, Refusal
from sensors.payloads.scale import Scale, believable_ms
from sensors.payloads.spec import Senml
from sensors.payloads.strict import Pairs, no_key_twice, reader
from sensors.readings import Reading, Series

#: Seconds. Anything less is counted from now, as no sensor measured before 1978 (RFC 8428, 4.5.3).
ABSOLUTE_FROM_S = 2**28
#: RFC 8428, and RFC 9100 with the secondary units, where lengths may be in mm and cm.
VERSIONS = (10, 26)
UNSET = msgspec.UNSET
Unset = msgspec.UnsetType


class _Record(msgspec.Struct, frozen=True):
    bver: int = VERSIONS[0]
    bn: str | Unset = UNSET
    bt: float | Unset = UNSET
    bu: str | Unset = UNSET
    bv: float | Unset = UNSET
    bs: float | Unset = UNSET
    n: str = ""
    u: str | Unset = UNSET
    v: float | Unset = UNSET
    vs: str | Unset = UNSET
    vb: bool | Unset = UNSET
    vd: str | Unset = UNSET
    s: float | Unset = UNSET
    t: float = 0.0
    ut: float | Unset = UNSET


class Resolved(NamedTuple):
    """A record with the base fields before it worked in."""

    name: str
    unit: str  # "" where neither the record nor a base unit names one
    value: float | None  # None: a text, a truth value, data, or a sum alone
    at_s: float  # since 1970, or from now if below 2**28


def _check(pairs: Pairs) -> None:
    no_key_twice(pairs)
    for key, _ in pairs:
        if key.endswith("_"):  # the sender's way to say: not without understanding this (RFC 8428, 4.4)
            raise PayloadError(Refusal.WRONG_SHAPE, f"the key {key!r} must be understood, and is not")


_read = reader(list[_Record], _check)


class SenmlDecoder:
    """Readings from the records of a pack that have a configured name; other records are left alone."""

    def __init__(self, sensors: Mapping[Series, Senml]) -> None:
        self._sensors = {spec.name: (series, Scale(series.parameter, spec)) for series, spec in sensors.items()}

    def decode(self, payload: bytes, received_at: int | None) -> Decoded:
        readings, refusals = list[Reading](), list[PayloadError]()
        missing = dict(self._sensors)
        for record in resolved(_read(payload)):
            if record.name not in self._sensors:
                continue
            missing.pop(record.name, None)
            series, scale = self._sensors[record.name]
            try:
                readings.append(_reading(series, scale, record, received_at))
            except PayloadError as error:
                refusals.append(PayloadError(error.reason, f"{record.name}: {error.detail}"))
        refusals += [PayloadError(Refusal.NO_FIELD, f"no record is called {name}") for name in missing]
        return Decoded(readings, refusals)


def resolved(records: list[_Record]) -> Iterator[Resolved]:
    """Every record by itself; base fields hold until they are given anew.

    Raises:
        PayloadError: another version, a record without name, or not exactly one value.
    """
    name, unit, value, time_s = "", "", 0.0, 0.0
    for record in records:
        if record.bver not in VERSIONS:
            raise PayloadError(Refusal.WRONG_SHAPE, f"SenML version {record.bver} is not known")
        name = name if record.bn is UNSET else record.bn
        unit = unit if record.bu is UNSET else record.bu
        value = value if record.bv is UNSET else record.bv
        time_s = time_s if record.bt is UNSET else record.bt
        if not name + record.n:
            raise PayloadError(Refusal.WRONG_SHAPE, "a record without name")
        values = sum(each is not UNSET for each in (record.v, record.vs, record.vb, record.vd))
        if values > 1 or (values == 0 and record.s is UNSET):
            raise PayloadError(Refusal.WRONG_SHAPE, f"{name}{record.n} has {values} values")
        yield Resolved(
            name + record.n,
            unit if record.u is UNSET else record.u,
            None if record.v is UNSET else value + record.v,
            time_s + record.t,
        )


def _reading(series: Series, scale: Scale, record: Resolved, received_at: int | None) -> Reading:
    if record.value is None:
        raise PayloadError(Refusal.WRONG_SHAPE, "has no number")
    if record.at_s >= ABSOLUTE_FROM_S:
        at = believable_ms(record.at_s * 1000)
    elif received_at is None:
        raise PayloadError(Refusal.NO_CLOCK, "a time relative to now, before the first tick")
    else:
        at = believable_ms(received_at + record.at_s * 1000)
    return Reading(series, at, scale.value(record.value, record.unit, at))
