"""Run a command and say what it used: [processor seconds, wall seconds, peak MiB, exit code]."""

import json
import os
import sys
import time

begun = time.monotonic()
null = os.open(os.devnull, os.O_WRONLY)
pid = os.posix_spawnp(
    sys.argv[1], sys.argv[1:], os.environ, file_actions=[(os.POSIX_SPAWN_DUP2, null, fd) for fd in (1, 2)]
)
_, status, used = os.wait4(pid, 0)
wall_s = time.monotonic() - begun
sys.stdout.write(
    json.dumps([used.ru_utime + used.ru_stime, wall_s, used.ru_maxrss / 1024, os.waitstatus_to_exitcode(status)])
)
