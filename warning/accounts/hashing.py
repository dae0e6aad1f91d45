"""Argon2id of passwords, in threads of its own: the pages go on meanwhile, and memory has a bound."""

import asyncio
import secrets
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError
from argon2.profiles import RFC_9106_LOW_MEMORY

from warning.accounts.passwords import normal

#: RFC 9106, 4: the second recommended option. 64 MiB and three passes for every try.
PARAMETERS = RFC_9106_LOW_MEMORY
WAITING = 8  # strangers in the queue; more are sent away


class Busy(Exception):
    """Too many are trying at the moment."""


class Hashing:
    """Two at a time at most, 128 MiB: one for browsers that are known, one for all others.

    Who floods the service with tries keeps other strangers waiting, and nobody who has logged in here before.
    """

    def __init__(self) -> None:
        self._known = ThreadPoolExecutor(1, thread_name_prefix="password-known")
        self._others = ThreadPoolExecutor(1, thread_name_prefix="password")
        self._waiting = 0

    async def matches(self, hashed: str | None, password: str, *, known: bool) -> bool:
        """Whether a password is the one that was hashed; takes as long where there is none.

        Raises:
            Busy: too many wait.
        """
        loop = asyncio.get_running_loop()
        if known:
            return await loop.run_in_executor(self._known, matches, hashed, password)
        if self._waiting >= WAITING:
            raise Busy
        self._waiting += 1
        try:
            return await loop.run_in_executor(self._others, matches, hashed, password)
        finally:
            self._waiting -= 1

    async def hash(self, password: str) -> str:
        """What is kept of the password of somebody who has logged in."""
        return await asyncio.get_running_loop().run_in_executor(self._known, hash_of_password, password)


def hash_of_password(password: str) -> str:
    """What is kept of a password, parameters and salt included."""
    return _hasher().hash(normal(password))


def matches(hashed: str | None, password: str) -> bool:
    """Whether this was the password."""
    try:
        return _hasher().verify(hashed or _nobodys(), normal(password)) and hashed is not None
    except (VerifyMismatchError, VerificationError, InvalidHashError):
        return False


def is_outdated(hashed: str) -> bool:
    """Whether it was hashed with other parameters than today's."""
    return _hasher().check_needs_rehash(hashed)


def _hasher() -> PasswordHasher:
    return PasswordHasher.from_parameters(PARAMETERS)


@cache
def _nobodys() -> str:
    """Costs as much to compare with as anybody's, and is never the same."""
    return _hasher().hash(secrets.token_urlsafe(32))
