"""Ports for a cluster on this machine."""

import random
import socket


def free_ports(count: int) -> list[int]:
    """Ports in a row that nobody listens on, nor on that of the first's board."""
    while True:
        first = random.SystemRandom().randrange(20_000, 31_000)  # Below those of outgoing connections.
        ports = list(range(first, first + count))
        if all(_is_free(port) for port in (*ports, first + 1000)):
            return ports


def _is_free(port: int) -> bool:
    try:
        socket.create_server(("", port)).close()
    except OSError:
        return False
    return True
