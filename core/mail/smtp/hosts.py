"""The names of hosts: how they are looked up, and which of them are this computer. No name server is asked."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv6Address


def ascii_host(host: str) -> str:
    """Return a host's name as it is looked up, and as certificates name it: with A-labels, and no dot at its end.

    Raises `UnicodeError` where it has no such name.
    """
    if host.isascii():
        return host.removesuffix(".")
    import idna  # here: its tables take 10 ms, and most hosts need none

    return idna.encode(host, uts46=True).decode("ascii").removesuffix(".")


def ip_address(host: str) -> "IPv4Address | IPv6Address | None":
    """Return the address that a host is written as, which may have a scope; None for a name."""
    import ipaddress  # here: a window without accounts needs none of it

    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def is_loopback(host: str) -> bool:
    """Say whether a host is this computer, by its name or address alone."""
    if host.lower().rstrip(".") in ("localhost", "localhost.localdomain"):
        return True
    found = ip_address(host.partition("%")[0])
    return found is not None and (getattr(found, "ipv4_mapped", None) or found).is_loopback
