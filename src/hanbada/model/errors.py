"""Every error Hanbada raises. Each carries the facts and says what to do.

HanbadaError
├── UsageError      the caller asked for something that does not fit       (exit code 2)
├── NotFoundError   what was named does not exist                          (exit code 3)
├── RefusedError    policy says no; the decision is in the message         (exit code 4)
├── InputError      bytes from outside cannot be used at all               (exit code 1)
├── PackError       a reference pack is damaged, unknown or of another kind
├── SeamError       a table does not keep the contract of its seam: a bug
└── StoreError      what we keep could not be read or written
"""


class HanbadaError(Exception):
    """Base of all our errors; `exit_code` is what the command line answers with."""

    exit_code = 1


class UsageError(HanbadaError):
    """The caller asked for something that does not fit."""

    exit_code = 2


class NotFoundError(HanbadaError):
    """What was named does not exist."""

    exit_code = 3


class RefusedError(HanbadaError):
    """Policy says no."""

    exit_code = 4


class InputError(HanbadaError):
    """Bytes from outside cannot be used at all; says where."""


class PackError(HanbadaError):
    """A reference pack is damaged, unknown or of another kind."""


class SeamError(HanbadaError):
    """A table does not keep the contract of its seam: a bug, not bad input."""


class StoreError(HanbadaError):
    """What we keep could not be read or written."""
