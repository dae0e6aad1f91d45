"""The connection to an InfluxDB server: what goes wrong is said in the operator's words."""

import csv
import io
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import msgspec
from influxdb_client.client.influxdb_client import InfluxDBClient
from influxdb_client.client.write_api import SYNCHRONOUS
from influxdb_client.domain.dialect import Dialect
from influxdb_client.rest import ApiException
from influxdb_client.service.buckets_service import BucketsService
from urllib3.exceptions import HTTPError

from warning.stores.history import HistoryRefused, HistoryUnavailable
from warning.stores.influx_lines import joined

#: connecting and waiting for an answer, ms; a server that needs longer is asked again
TIMEOUT_MS = (3_000, 20_000)
PLAIN_CSV = Dialect(header=True, delimiter=",", comment_prefix="#", annotations=[], date_time_format="RFC3339")
#: Answers to a write that stay the same however often it is sent: it cannot be read, is too large, or a point
#: does not fit.
NEVER = {400, 413, 422}


class _Retention(msgspec.Struct):
    everySeconds: int = 0  # noqa: N815 - InfluxDB's name


class _Bucket(msgspec.Struct):
    id: str
    orgID: str  # noqa: N815 - InfluxDB's name
    retentionRules: list[_Retention] = []  # noqa: N815 - InfluxDB's name


class _Buckets(msgspec.Struct):
    buckets: list[_Bucket]


class _Said(msgspec.Struct):
    message: str


_BUCKETS = msgspec.json.Decoder(_Buckets)
_SAID = msgspec.json.Decoder(_Said)


class InfluxServer:
    """One bucket, known to exist and to keep everything.

    Raises:
        HistoryUnavailable: there is no token, no server, no organisation or no such bucket.
    """

    def __init__(self, server: str, organisation: str, bucket: str, token_env: str) -> None:
        token = os.environ.get(token_env, "")
        self.name = f"{server} {organisation}/{bucket}"
        self._token_env = token_env
        if not token:
            raise HistoryUnavailable(f"{self.name}: the environment variable {token_env} with the token is not set")
        self._client = InfluxDBClient(server, token, org=organisation, timeout=TIMEOUT_MS, enable_gzip=False)
        self._writing = self._client.write_api(write_options=SYNCHRONOUS)
        self._asking = self._client.query_api()
        try:
            found = self._find(organisation, bucket)
        except BaseException:
            self.close()
            raise
        self.bucket, self._organisation = found.id, found.orgID

    def close(self) -> None:
        """Let the connections go."""
        self._writing.close()
        self._client.close()

    def write(self, lines: Iterable[str]) -> None:
        """Write points, in bodies of bounded size one after the other.

        Raises:
            HistoryRefused: a point will never be taken; others of its body may be there.
            HistoryUnavailable: some may be there, and all may be written again.
        """
        for body in joined(lines):
            with self._worded(writing=True):
                self._post(body)

    def write_at_once(self, lines: Iterable[str]) -> None:
        """Write points in one request; those of one shard are there together or not at all.

        Raises:
            HistoryUnavailable: whether they are there is not known; they may be written again.
        """
        with self._worded():
            self._post("\n".join(lines).encode())

    def _post(self, body: bytes) -> None:
        self._writing.write(self.bucket, self._organisation, body)  # times in ns

    def ask(self, flux: str) -> Iterator[dict[str, str]]:
        """Rows of an answer: column → text; what is absent is the empty text."""
        with self._worded():
            answer = self._asking.query_raw(flux, self._organisation, PLAIN_CSV)
            text = answer.data.decode()
        header: list[str] = []
        for row in csv.reader(io.StringIO(text, newline="")):
            if not row:
                header = []
            elif header:
                yield dict(zip(header, row, strict=True))
            elif "error" in row and "_time" not in row:
                raise HistoryUnavailable(f"{self.name}: {text[:500]}")
            else:
                header = row

    def _find(self, organisation: str, bucket: str) -> _Bucket:
        with self._worded():
            try:
                answer = BucketsService(self._client.api_client).get_buckets(
                    org=organisation, name=bucket, _preload_content=False
                )
                text = answer.data
            except ApiException as error:
                if error.status != 404 or not _message(error).startswith("bucket"):
                    raise
                text = b'{"buckets": []}'
        try:
            found = _BUCKETS.decode(text).buckets
        except msgspec.MsgspecError as error:
            raise HistoryUnavailable(f"{self.name}: what answers there is no InfluxDB 2: {error}") from error
        if not found:
            remedy = f"influx bucket create --org {organisation} --name {bucket} --retention 0"
            raise HistoryUnavailable(
                f"{self.name}: there is no bucket {bucket} that the token of {self._token_env} may read; {remedy}"
            )
        if any(rule.everySeconds for rule in found[0].retentionRules):
            remedy = f"influx bucket update --id {found[0].id} --retention 0"
            raise HistoryUnavailable(
                f"{self.name}: the bucket forgets old data, and with it where recording stands; {remedy}"
            )
        return found[0]

    @contextmanager
    def _worded(self, *, writing: bool = False) -> Iterator[None]:
        try:
            yield
        except ApiException as error:
            if writing and error.status in NEVER:
                raise HistoryRefused(f"{self.name}: {_message(error)}") from error
            raise HistoryUnavailable(f"{self.name}: {self._reason(error, writing=writing)}") from error
        except (HTTPError, OSError) as error:
            raise HistoryUnavailable(f"{self.name}: cannot be reached: {error}") from error

    def _reason(self, error: ApiException, *, writing: bool) -> str:
        said = _message(error)
        match error.status:
            case 401:
                return f"does not accept the token of {self._token_env}: {said}"
            case 403:
                return f"the token of {self._token_env} may not {'write' if writing else 'read'} this: {said}"
        return f"answers {error.status}: {said}"


def _message(error: ApiException) -> str:
    """What the server said, without the headers that the library would print."""
    body = error.body if isinstance(error.body, bytes) else str(error.body or error.reason).encode()
    try:
        return _SAID.decode(body).message
    except (msgspec.MsgspecError, ValueError):
        return body.decode(errors="replace").strip()[:200] or str(error.reason)
