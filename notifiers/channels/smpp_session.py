"""A session with a short message centre, by SMPP 3.4: one connection, many messages on their way."""

import asyncio
import contextlib
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from ssl import SSLContext
from typing import NamedTuple

from aiosmpplib import (
    BindTransceiver,
    DeliverSmResp,
    EnquireLink,
    EnquireLinkResp,
    GenericNack,
    SmppCommand,
    SmppCommandStatus,
    Unbind,
    UnbindResp,
)

QUIET_S = 30.0  # after which we ask whether the other side is still there
LONGEST = 65536
GOODBYE_S = 2.0
_HEADER = struct.Struct("!IIII")  # length, command, status, number
_RESPONSE = 0x80000000
OK = 0

AGAIN = 0x64  # ESME_RX_T_APPN: the centre shall say it again
#: Makes the packet of a message with its number.
Packet = Callable[[int], bytes]
#: Takes a whole packet of ``deliver_sm``; True once it need not be said again.
Take = Callable[[bytes], Awaitable[bool]]


async def nobody(_packet: bytes) -> bool:
    """Takes it, so that the centre does not keep it for us."""
    return True


class Answer(NamedTuple):
    """What the centre says to a packet of ours."""

    status: int
    body: bytes = b""


class NotBound(Exception):
    """There is no session, so surely nothing was sent."""


class SessionLost(Exception):
    """It ended before the centre answered."""


@dataclass(frozen=True, slots=True)
class Centre:
    """Where it listens, and who we are to it."""

    host: str
    port: int
    tls: SSLContext | None
    system_id: str
    password: str
    system_type: str

    def __repr__(self) -> str:
        return f"{self.host}:{self.port}"


class Session:
    """Bound as a transceiver; ends for good when anything goes wrong with it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer_s: float, take: Take) -> None:
        self._take = take
        self._taking: set[asyncio.Task[None]] = set()
        self._reader = reader
        self._writer = writer
        self._answer_s = answer_s
        self._number = 0
        self._waiting: dict[int, asyncio.Future[Answer]] = {}
        self._ended = False
        self._tasks: list[asyncio.Task[None]] = []

    @classmethod
    async def opened(cls, centre: Centre, answer_s: float, take: Take = nobody) -> "Session":
        """Raises NotBound."""
        try:
            async with asyncio.timeout(answer_s):
                reader, writer = await asyncio.open_connection(centre.host, centre.port, ssl=centre.tls)
        except (OSError, TimeoutError) as error:
            raise NotBound(f"no connection: {_why(error)}") from error
        session = cls(reader, writer, answer_s, take)
        session._tasks.append(asyncio.create_task(session._listen()))
        try:
            await session._bind(centre)
        except BaseException:
            await session.close()
            raise
        session._tasks.append(asyncio.create_task(session._keep_alive()))
        return session

    @property
    def alive(self) -> bool:
        """Whether messages can be sent, as far as anybody knows."""
        return not self._ended

    async def ask(self, packet: Packet) -> Answer:
        """What the centre answers. Raises SessionLost."""
        if self._ended:
            raise SessionLost("the session is over")
        self._number = self._number % 0x7FFFFFFF + 1
        number = self._number
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        try:
            async with asyncio.timeout(self._answer_s):
                self._writer.write(packet(number))
                await self._writer.drain()
                return await answer
        except TimeoutError:
            self._end()  # who does not answer one does not answer the next
            raise SessionLost("the centre does not answer") from None
        except OSError as error:
            self._end()
            raise SessionLost(f"connection lost: {_why(error)}") from error
        finally:
            self._waiting.pop(number, None)

    async def close(self) -> None:
        """Say good-bye, without waiting long for the other's."""
        if not self._ended:
            with contextlib.suppress(SessionLost, TimeoutError):
                async with asyncio.timeout(GOODBYE_S):
                    await self.ask(lambda number: Unbind(number).pdu())
        self._end()
        tasks = [*self._tasks, *self._taking]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _bind(self, centre: Centre) -> None:
        try:
            status, _ = await self.ask(
                lambda number: BindTransceiver(
                    number, system_id=centre.system_id, password=centre.password, system_type=centre.system_type
                ).pdu()
            )
        except SessionLost as error:
            raise NotBound(f"login not answered: {error}") from error
        if status != OK:
            raise NotBound(f"login refused: {name_of(status)}")

    async def greet(self) -> None:
        """Whether the centre is there. Raises SessionLost."""
        await self.ask(lambda number: EnquireLink(number).pdu())

    async def _keep_alive(self) -> None:
        with contextlib.suppress(SessionLost):
            while True:
                await asyncio.sleep(QUIET_S)
                await self.greet()

    async def _listen(self) -> None:
        try:
            while True:
                await self._hear()
        except (OSError, EOFError, ValueError):
            pass
        finally:
            self._end()

    async def _hear(self) -> None:
        length, command, status, number = _HEADER.unpack(await self._reader.readexactly(_HEADER.size))
        if not _HEADER.size <= length <= LONGEST:
            raise ValueError("no packet of SMPP")
        body = await self._reader.readexactly(length - _HEADER.size)
        if command & _RESPONSE:
            answer = self._waiting.get(number)
            if answer is not None and not answer.done():
                answer.set_result(Answer(status or (OK if command != SmppCommand.GENERIC_NACK else -1), body))
            return
        if command == SmppCommand.DELIVER_SM:  # beside the rest: it has to be written down first
            taking = asyncio.create_task(self._taken(_HEADER.pack(length, command, status, number) + body, number))
            self._taking.add(taking)
            taking.add_done_callback(self._taking.discard)
            return
        self._writer.write(_answer_to(command, number))
        await self._writer.drain()
        if command == SmppCommand.UNBIND:
            raise EOFError

    async def _taken(self, packet: bytes, number: int) -> None:
        status = SmppCommandStatus.ESME_ROK if await self._take(packet) else SmppCommandStatus(AGAIN)
        with contextlib.suppress(OSError):
            self._writer.write(DeliverSmResp(sequence_num=number, command_status=status).pdu())
            await self._writer.drain()

    def _end(self) -> None:
        self._ended = True
        self._writer.close()
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(SessionLost("the connection broke before the centre answered"))
                answer.exception()  # looked at: nobody may be waiting any more


def _answer_to(command: int, number: int) -> bytes:
    match command:
        case SmppCommand.ENQUIRE_LINK:
            said: bytes = EnquireLinkResp(number).pdu()
        case SmppCommand.UNBIND:
            said = UnbindResp(number).pdu()
        case _:
            nack = GenericNack(sequence_num=number, command_status=SmppCommandStatus.ESME_RINVCMDID)
            said = nack.pdu()
    return said


def name_of(status: int) -> str:
    """As the standard calls it, or as the provider numbers it."""
    try:
        return str(SmppCommandStatus(status).name)
    except ValueError:
        return f"status {status:#x}"


def _why(error: Exception) -> str:
    return getattr(error, "strerror", None) or type(error).__name__
