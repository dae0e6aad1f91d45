"""What an exercise may not share with the service that reaches people."""

from pathlib import Path
from typing import NamedTuple
from urllib.parse import SplitResult, parse_qs, urlsplit


class NotApart(Exception):
    """An exercise would use something of the service that reaches people; the text says what."""


class Places(NamedTuple):
    """Where a world keeps things, and whom it speaks to."""

    tenant: str
    data: Path
    log: str
    history: str
    ledger: str
    mqtt: str


def keep_apart(exercise: Places, real: Places) -> None:
    """Tenant, folder, topics, history, ledger and logins of their own.

    Raises:
        NotApart: names what is shared.
    """
    if exercise.tenant == real.tenant:
        raise NotApart(f"an exercise needs a tenant of its own, not {real.tenant}")
    if exercise.data.resolve() == real.data.resolve():
        raise NotApart(f"an exercise needs a folder of its own: {exercise.data} holds the service that reaches people")
    for what in ("history", "ledger"):
        if _place(getattr(exercise, what)) == _place(getattr(real, what)):
            raise NotApart(f"an exercise needs a {what} of its own, not that of the service that reaches people")
    _check_log(urlsplit(exercise.log), urlsplit(real.log))
    _check_mqtt(urlsplit(exercise.mqtt), urlsplit(real.mqtt))


def _check_log(exercise: SplitResult, real: SplitResult) -> None:
    """A server outside is shared by many: every topic has to begin with a name of its own there."""
    own, theirs = (parse_qs(each.query).get("prefix", [""])[0] for each in (exercise, real))
    if exercise.scheme == "kafka" and not own:
        raise NotApart("an exercise on Kafka needs topics of its own: end the log's address with ?prefix=exercise.")
    same = exercise.scheme == real.scheme and (
        bool(_brokers(exercise) & _brokers(real)) if exercise.scheme == "kafka" else _path(exercise) == _path(real)
    )
    if same and own == theirs:
        raise NotApart("an exercise needs topics of its own: its log is that of the service that reaches people")


def _check_mqtt(exercise: SplitResult, real: SplitResult) -> None:
    """The login of the service may write as any gauge: an exercise must not hold it."""
    if exercise.username is not None and exercise.username == real.username:
        raise NotApart(f"an exercise needs an MQTT login of its own: {real.username} belongs to the real service")


def _brokers(url: SplitResult) -> set[str]:
    return set(url.netloc.split(","))


def _path(url: SplitResult) -> Path:
    return Path(url.path).resolve()


def _place(url: str) -> tuple[str, ...]:
    """What tells one database from another: server and name, or the file; logins and options do not."""
    parts = urlsplit(url)
    if parts.scheme.partition("+")[0] == "sqlite":
        return ("sqlite", str(_path(parts)))
    server = f"{parts.hostname}:{parts.port}"
    return (parts.scheme.partition("+")[0], server, parts.path, parts.query)
