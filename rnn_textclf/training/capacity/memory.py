"""Memory at hand: what this process may still take, by the system, its control group and its own limit."""

import contextlib
import sys
from pathlib import Path

_CGROUPS = Path("/sys/fs/cgroup")
_PROC = Path("/proc")


def memory_at_hand() -> int | None:
    """Bytes of memory that can be had without swapping; None where the system does not say."""
    found = [available(_PROC), left_in_group(_CGROUPS), _left_of_limit()]
    return min((count for count in found if count is not None), default=None)


def available(proc: Path) -> int | None:
    """Bytes available on the system, from the `meminfo` of Linux."""
    with contextlib.suppress(OSError, ValueError):
        for line in (proc / "meminfo").read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    return None


def left_in_group(folder: Path) -> int | None:
    """Bytes left in a control group, of version 2 or 1, as in a container; files that are only cached do not count."""
    for limit, used, stat in (
        ("memory.max", "memory.current", "memory.stat"),
        ("memory/memory.limit_in_bytes", "memory/memory.usage_in_bytes", "memory/memory.stat"),
    ):
        with contextlib.suppress(OSError, ValueError):  # "max" is no number, and no limit
            counts = dict(line.split() for line in (folder / stat).read_text().splitlines())
            cached = int(counts.get("inactive_file", 0))
            return max(0, int((folder / limit).read_text()) - int((folder / used).read_text()) + cached)
    return None


def _left_of_limit() -> int | None:
    """Bytes left of the process' own limit, `ulimit -v`."""
    if sys.platform == "win32":
        return None
    import resource  # Not on Windows.

    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    if limit == resource.RLIM_INFINITY:
        return None
    pages = int((_PROC / "self" / "statm").read_text().split()[0]) if (_PROC / "self").exists() else 0
    return max(0, limit - pages * resource.getpagesize())
