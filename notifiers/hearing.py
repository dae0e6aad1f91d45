"""Deaf people: a voice is never used for them before another channel, and is never all that is left."""

from collections.abc import Sequence, Set

from notifiers.spec import Address


def in_turn(addresses: Sequence[Address], voices: Set[str]) -> tuple[Address, ...]:
    """As written, but for the voices, which come last."""
    return tuple(sorted(addresses, key=lambda address: address.channel in voices))


def unheard(addresses: Sequence[Address], voices: Set[str]) -> str:
    """Why somebody who does not hear would not be reached; empty where another channel than a voice takes over."""
    spoken = [address.channel for address in addresses if address.channel in voices]
    others = [address.channel for address in addresses if address.channel not in voices]
    if not spoken or len(others) > 1:
        return ""
    left = (
        "all channels are voices"
        if not others
        else f"only a voice ({', '.join(spoken)}) is left when {others[0]} fails"
    )
    return f"{left}: name another channel that is read"
