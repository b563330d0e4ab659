"""How much of the machine one submission may take."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Seconds, bytes and numbers for one submission; tests lower them.

    `cell` and `call` are seconds of computing. Since the machine may be busy with other
    submissions, `patience` times as many may pass on the clock. `submission` is the clock's.
    """

    cell: float = 20  # for one cell
    call: float = 4  # for one call of a function
    patience: float = 4
    submission: float = 60  # for all that one submission does
    starts: int = 5  # processes that its cells, or one grade cell, may use up
    memory: int = 2 * 1024**3  # bytes, of all its processes together
    processes: int = 40
    things: int = 30_000  # items and rows in one result: the course looks at each of them often
    received: int = 64 * 1024**2  # bytes that may come back for one request
