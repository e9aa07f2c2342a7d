"""Whom a request comes from; reverse proxies say it for others, if we trust them."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any

Environ = dict[str, Any]
_NETWORK_BITS = 64


class Proxies:
    """The reverse proxies of this relay, as addresses or networks; raises ValueError for others."""

    def __init__(self, networks: Sequence[str]) -> None:
        self._networks = [ip_network(network) for network in networks]

    def address(self, environ: Environ) -> str:
        """Give what rates and caps are counted by: an address, of IPv6 its network of 64 bits.

        That is the last address in X-Forwarded-For which is no trusted proxy itself.
        """
        nearest = str(environ.get("REMOTE_ADDR", ""))
        given = str(environ.get("HTTP_X_FORWARDED_FOR", "")).split(",")
        while given and self.trusts(nearest):
            before = given.pop().strip()
            if _parse(before) is None:
                break
            nearest = before
        return _counted(nearest)

    def is_secure(self, environ: Environ) -> bool:
        """Say whether the browser came over TLS, as far as a trusted proxy says so."""
        if self.trusts(str(environ.get("REMOTE_ADDR", ""))):
            return str(environ.get("HTTP_X_FORWARDED_PROTO", "")).strip().lower() == "https"
        return bool(environ.get("wsgi.url_scheme") == "https")

    def trusts(self, text: str) -> bool:
        """Say whether an address is that of a trusted proxy."""
        address = _parse(text)
        return address is not None and any(address in network for network in self._networks)


def _parse(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _counted(text: str) -> str:
    address = _parse(text)
    # Whoever has one address of IPv6 has 2^64 of them.
    if isinstance(address, IPv6Address):
        return str(ip_network((address, _NETWORK_BITS), strict=False))
    return str(address or text)
