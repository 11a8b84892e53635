"""Only public addresses are fetched from, in whatever form the others come."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import AddressRefused
from ingest.fetch.address import check, look_up, special

V4 = st.ip_addresses(v=4)
V6 = st.ip_addresses(v=6)


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("0.0.0.0", "unspecified"),
        ("10.1.2.3", "private"),
        ("100.64.0.1", "carrier-grade NAT"),
        ("100.127.255.255", "carrier-grade NAT"),
        ("127.0.0.1", "loopback"),
        ("127.255.255.254", "loopback"),
        ("169.254.169.254", "link-local"),
        ("168.63.129.16", "cloud-internal"),
        ("172.16.0.1", "private"),
        ("172.31.255.255", "private"),
        ("192.168.1.1", "private"),
        ("198.18.0.1", "benchmarking"),
        ("224.0.0.1", "multicast"),
        ("240.0.0.1", "reserved"),
        ("255.255.255.255", "reserved"),
        ("::", "unspecified"),
        ("::1", "loopback"),
        ("::127.0.0.1", "reserved"),
        ("::ffff:127.0.0.1", "IPv4-mapped"),
        ("::ffff:8.8.8.8", "IPv4-mapped"),
        ("64:ff9b::a00:1", "NAT64"),
        ("64:ff9b:1::a00:1", "NAT64"),
        ("2002:a00:1::", "6to4"),
        ("2001:0:4136:e378::1", "Teredo"),
        ("2001:db8::1", "documentation"),
        ("fc00::1", "private"),
        ("fd00:ec2::254", "private"),
        ("fe80::1", "link-local"),
        ("fe80::1%eth0", "link-local"),
        ("2606:4700::1%eth0", "link-local"),
        ("fec0::1", "reserved"),
        ("ff02::1", "multicast"),
        ("4000::1", "reserved"),
        ("localhost", "unreadable"),
        ("127.1", "unreadable"),
        ("", "unreadable"),
    ],
)
def test_what_is_not_public_is_told_by_its_kind(address: str, kind: str) -> None:
    assert special(address) == kind


@pytest.mark.parametrize(
    "address",
    [
        "1.1.1.1",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "223.255.255.255",
        "2606:4700::1111",
        "2a00:1450:4001::1",
    ],
)
def test_public_addresses_may_be_fetched_from(address: str) -> None:
    assert special(address) is None


@given(V4 | V6)
def test_what_python_knows_to_be_special_is_refused(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    known = (
        address.is_private
        or address.is_loopback
        or address.is_link_local
        or address.is_multicast
        or address.is_reserved
        or address.is_unspecified
        or not address.is_global
    )
    if known:
        assert special(str(address)) is not None


@given(V4)
def test_an_address_inside_another_is_refused_whatever_it_is(address: ipaddress.IPv4Address) -> None:
    number = int(address)
    for outer in (0xFFFF << 32, 0, 0x64FF9B << 96, 0x64FF9B0001 << 80):
        assert special(str(ipaddress.IPv6Address(outer | number)))
    assert special(str(ipaddress.IPv6Address(0x2002 << 112 | number << 80)))
    assert special(str(ipaddress.IPv6Address(0x20010000 << 96 | number ^ 0xFFFFFFFF)))


@given(V6)
def test_only_global_unicast_of_ipv6_is_public(address: ipaddress.IPv6Address) -> None:
    if special(str(address)) is None:
        assert int(address) >> 125 == 1
        assert address.sixtofour is None
        assert address.teredo is None
        assert address.ipv4_mapped is None


@given(st.text())
def test_any_text_gets_a_verdict(text: str) -> None:
    assert special(text) is None or special(text)


def test_one_address_that_is_not_public_refuses_the_host() -> None:
    check("a.example", ["1.1.1.1", "2606:4700::1111"])
    with pytest.raises(
        AddressRefused, match=r"^a\.example is at 10\.0\.0\.1, which is no public address \(private\); name"
    ):
        check("a.example", ["1.1.1.1", "10.0.0.1"])
    with pytest.raises(AddressRefused, match=r"^10\.0\.0\.1 is no public address"):
        check("10.0.0.1", ["10.0.0.1"])


def test_loopback_is_allowed_only_to_who_asks_for_it() -> None:
    check("localhost", ["127.0.0.1", "::1"], allow_loopback=True)
    for address in ("127.0.0.1", "::1"):
        with pytest.raises(AddressRefused, match="loopback"):
            check("localhost", [address])
    for address in ("10.0.0.1", "::ffff:127.0.0.1", "0.0.0.0"):
        with pytest.raises(AddressRefused):
            check("localhost", [address], allow_loopback=True)


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "0x7f000001", "127.1", "0177.0.0.1", "::1"])
def test_every_spelling_of_an_address_is_checked_as_what_it_is(host: str) -> None:
    with pytest.raises(AddressRefused, match="loopback"):
        check(host, look_up(host, 443))
