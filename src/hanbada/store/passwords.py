"""Passwords: argon2id, and equal time whether a person exists or not."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

LEAST_LENGTH = 12
"""Characters a password must have (NIST SP 800-63B asks for 8 or more and no composition rules)."""
MOST_LENGTH = 256


@cache
def _hasher() -> PasswordHasher:
    # RFC 9106, second recommended option: 64 MiB, 3 passes.
    return PasswordHasher(time_cost=3, memory_cost=65_536, parallelism=4)


@cache
def _nobody() -> str:
    return hashed("a person who does not exist")


def hashed(password: str) -> str:
    """The argon2id hash to keep, with its salt and parameters."""
    return _hasher().hash(password)


def fits(kept: str | None, password: str) -> bool:
    """Whether the password is the one behind the hash; with no hash it takes as long and says no."""
    try:
        return _hasher().verify(kept or _nobody(), password) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


def acceptable(password: str) -> bool:
    """Whether a password may be set."""
    return LEAST_LENGTH <= len(password) <= MOST_LENGTH
