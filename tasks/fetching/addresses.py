"""Which IP addresses are of the public internet. No I/O.

After IANA's registries of special-purpose addresses (RFC 6890) as they were in 2026. They are
written out, since `ipaddress.is_global` says different things in different versions of Python.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network

_V4 = tuple(
    (ip_network(network), kind)
    for network, kind in (
        ("0.0.0.0/8", "an unspecified"),
        ("10.0.0.0/8", "a private"),
        ("100.64.0.0/10", "a carrier's shared"),
        ("127.0.0.0/8", "a loopback"),
        ("168.63.129.16/32", "a cloud's metadata"),
        ("169.254.0.0/16", "a link-local"),
        ("172.16.0.0/12", "a private"),
        ("192.0.0.0/24", "a reserved"),
        ("192.0.2.0/24", "a documentation"),
        ("192.88.99.0/24", "a 6to4 relay's"),
        ("192.168.0.0/16", "a private"),
        ("198.18.0.0/15", "a benchmark's"),
        ("198.51.100.0/24", "a documentation"),
        ("203.0.113.0/24", "a documentation"),
        ("224.0.0.0/4", "a multicast"),
        ("255.255.255.255/32", "a broadcast"),
        ("240.0.0.0/4", "a reserved"),
    )
)
_V6 = tuple(
    (ip_network(network), kind)
    for network, kind in (
        ("::1/128", "a loopback"),
        ("::/128", "an unspecified"),
        ("fc00::/7", "a private"),
        ("fe80::/10", "a link-local"),
        ("fec0::/10", "a site-local"),
        ("ff00::/8", "a multicast"),
        ("2001::/23", "a reserved"),  # Teredo, ORCHID, benchmarks
        ("2001:db8::/32", "a documentation"),
        ("3fff::/20", "a documentation"),
    )
)
# All that is given out for use on the internet (RFC 4291, 2.4).
_GLOBAL_UNICAST = IPv6Network("2000::/3")
# An IPv4 address stands in these: where its last bit is, counted from the right.
_EMBEDDING = (
    (IPv6Network("::ffff:0:0/96"), 0),  # mapped (RFC 4291, 2.5.5.2)
    (IPv6Network("64:ff9b::/96"), 0),  # NAT64 (RFC 6052)
    (IPv6Network("2002::/16"), 80),  # 6to4 (RFC 3056)
)


def judge_address(address: str) -> str | None:
    """What an IP address is ("a loopback", "a private" …) where it is not of the public internet,
    else None. An IPv6 address that holds an IPv4 one is what that one is. ValueError for what is
    no IP address."""
    parsed = ip_address(address.partition("%")[0])
    return _judge_v4(parsed) if isinstance(parsed, IPv4Address) else _judge_v6(parsed)


def read_literal(host: str) -> str | None:
    """The IP address that a host is, without the brackets of IPv6 and the dot at the end of a
    name; None where it is a name."""
    bare = host.strip("[]").removesuffix(".")
    try:
        ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    return bare


def _judge_v4(address: IPv4Address) -> str | None:
    return next((kind for network, kind in _V4 if address in network), None)


def _judge_v6(address: IPv6Address) -> str | None:
    for embedding, shift in _EMBEDDING:
        if address in embedding:
            return _judge_v4(IPv4Address(int(address) >> shift & 0xFFFFFFFF))
    for network, kind in _V6:
        if address in network:
            return kind
    return None if address in _GLOBAL_UNICAST else "a reserved"
