"""The k-th smallest of some numbers, quickly when a good guess is at hand.

A slope's median moves little from reading to reading. So the old one is the guess: one pass counts what
lies below it, and a few more passes walk to the right rank. Passes over 66 numbers are a few
nanoseconds long, because compilers turn them into vector instructions; partitioning does not vectorise.
"""

from typing import Any

import numpy as np
from numba import njit

#: beyond so many ranks from the guess, partitioning is quicker than walking
LONGEST_WALK = 12

Rec = Any


@njit(cache=True)
def kth(numbers: Rec, count: int, rank: int) -> float:
    """The number of this rank (from 0) among the first ``count``; reorders them (Hoare's selection)."""
    low, high = 0, count - 1
    while low < high:
        pivot = numbers[(low + high) >> 1]
        i, j = low, high
        while i <= j:
            while numbers[i] < pivot:
                i += 1
            while numbers[j] > pivot:
                j -= 1
            if i <= j:
                numbers[i], numbers[j] = numbers[j], numbers[i]
                i += 1
                j -= 1
        if rank <= j:
            high = j
        elif rank >= i:
            low = i
        else:
            break
    return float(numbers[rank])


@njit(cache=True)
def _below(numbers: Rec, count: int, guess: float) -> int:
    found = 0
    for i in range(count):
        found += numbers[i] < guess
    return found


@njit(cache=True)
def _equal(numbers: Rec, count: int, guess: float) -> int:
    found = 0
    for i in range(count):
        found += numbers[i] == guess
    return found


@njit(cache=True, fastmath={"nnan", "nsz"})
def _next_above(numbers: Rec, count: int, guess: float) -> float:
    found = np.inf
    for i in range(count):
        found = min(found, numbers[i] if numbers[i] > guess else np.inf)
    return found


@njit(cache=True, fastmath={"nnan", "nsz"})
def _next_below(numbers: Rec, count: int, guess: float) -> float:
    found = -np.inf
    for i in range(count):
        found = max(found, numbers[i] if numbers[i] < guess else -np.inf)
    return found


@njit(cache=True)
def near(numbers: Rec, count: int, rank: int, guess: float) -> float:
    """The number of this rank, found from a guess; the guess changes the time it takes, never the answer."""
    if not np.isfinite(guess):
        return kth(numbers, count, rank)
    below = _below(numbers, count, guess)
    for _ in range(LONGEST_WALK):
        if below <= rank:
            same = _equal(numbers, count, guess)
            if rank < below + same:
                return guess
            below += same
            guess = _next_above(numbers, count, guess)
        else:
            guess = _next_below(numbers, count, guess)
            below -= _equal(numbers, count, guess)
    return kth(numbers, count, rank)
