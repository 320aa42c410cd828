"""A node that takes lines of a file and is killed: started by test_node.py."""

import os
import signal
import sys
from pathlib import Path

from test_node import TO_US, node

from hanbada.app.inbox import Lines


def main(home: str, story: str, batches: int) -> None:
    lines = Path(story).read_bytes().splitlines(keepends=True)
    with node(Path(home)) as running:
        first = running.loop.lines.last_line(1)
        for number in range(batches):
            some = b"".join(lines[first : first + 4000])
            first += 4000
            running.loop.inbox.offer(Lines(1, TO_US, some, 0.0), len(some))
            running.loop.once(wait_s=0)
            sys.stdout.write(f"{first}\n")
            sys.stdout.flush()
            if number % 3 == 1:
                running.loop.write()  # killed while it is being written, or soon after
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
