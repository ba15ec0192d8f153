"""Names under which this server may be asked.

A page of a stranger can point its own name at 127.0.0.1 ("DNS rebinding") and would then be of one origin with
this server. Its requests still carry that name in the Host header, so that only expected names are answered.
"""

import ipaddress
import socket
from collections.abc import Sequence
from urllib.parse import urlsplit


class AllowedHosts:
    """The names that a Host header may have, with any port: tunnels and containers map ports.

    On a loopback address these are localhost and the loopback addresses. Elsewhere they are also this
    machine's name, the one that was bound, and every IP address: an address is no name that can be rebound.

    Args:
      bound: `--host`.
      more: `--allowed_hosts`, such as the name under which a proxy passes requests on.
    """

    def __init__(self, bound: str, more: Sequence[str] = ()) -> None:
        self._more = {name.strip().lower() for name in more if name.strip()}
        self._names = {"localhost", bound.lower(), *self._more}
        self._only_loopback = is_loopback(bound)
        if not self._only_loopback:
            self._names |= {socket.gethostname().lower(), socket.getfqdn().lower()}

    def allows(self, host: str) -> bool:
        """Whether a Host header, with or without a port, is expected."""
        name = _name(host)
        if not name:
            return False
        if (address := _address(name)) is None:
            return name in self._names
        return address.is_loopback or not self._only_loopback or name in self._more

    def allows_origin(self, origin: str, host: str) -> bool:
        """Whether a page of an Origin may ask under a Host: its own, or one of `more`, which a proxy may rewrite."""
        try:
            parts = urlsplit(origin)
        except ValueError:
            return False
        return parts.netloc.lower() == host.lower() or (_name(parts.netloc) or "") in self._more


def is_loopback(host: str) -> bool:
    """Whether nobody but this machine reaches a host of that name or address."""
    address = _address(host)
    return host.lower() == "localhost" if address is None else address.is_loopback


def _name(host: str) -> str | None:
    """The name in a Host header, None for a malformed one."""
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port  # Raises where it is no number.
    except ValueError:
        return None
    if parts.username is not None or parts.path or parts.query or parts.fragment:
        return None
    return (parts.hostname or "").removesuffix(".") or None


def _address(name: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None
