"""JSON read strictly: agreed types, no number that is none, no key twice."""

import json
from collections.abc import Callable
from typing import TypeVar

import msgspec

from sensors.payloads.api import LONGEST_PAYLOAD, PayloadError, Refusal

T = TypeVar("T")
Pairs = list[tuple[str, object]]


def reader(kind: type[T], check: Callable[[Pairs], None]) -> Callable[[bytes], T]:
    """A function from bytes to ``kind``; ``check`` sees the keys of every object, also of unknown ones.

    Two passes: msgspec knows the types and refuses NaN and infinity, but keeps the last of two equal
    keys and does not look into texts that it skips; the second pass sees both.

    The function raises:
        PayloadError: too long, not JSON, not UTF-8, another shape; or whatever ``check`` raises.
    """
    decode = msgspec.json.Decoder(kind).decode
    look = json.JSONDecoder(object_pairs_hook=check, parse_int=str, parse_float=str).decode

    def read(payload: bytes) -> T:
        if len(payload) > LONGEST_PAYLOAD:
            raise PayloadError(Refusal.TOO_LONG, f"{len(payload)} bytes, at most {LONGEST_PAYLOAD} are read")
        try:
            message = decode(payload)
            look(payload.decode())
        except msgspec.ValidationError as error:
            raise PayloadError(Refusal.WRONG_SHAPE, str(error)) from None
        except (msgspec.DecodeError, ValueError, RecursionError) as error:
            raise PayloadError(Refusal.NOT_JSON, str(error)) from None
        return message

    return read


def no_key_twice(pairs: Pairs) -> None:
    """Raise PayloadError where nobody can say which of two equal keys was meant."""
    keys = [key for key, _ in pairs]
    if len(set(keys)) != len(keys):
        twice = next(key for key in keys if keys.count(key) > 1)
        raise PayloadError(Refusal.DUPLICATE_KEY, f"the key {twice!r} stands there twice")
