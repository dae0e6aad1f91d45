"""Addresses of brokers."""

import pytest

from sensors.mqtt.address import Address, parse_address


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("mqtt://broker", Address("broker", 1883, None, None, tls=False)),
        ("mqtts://broker", Address("broker", 8883, None, None, tls=True)),
        ("mqtt://me:p%40ss%2Fword@10.0.0.1:1884", Address("10.0.0.1", 1884, "me", "p@ss/word", tls=False)),
        ("mqtts://me@[::1]:8884/", Address("::1", 8884, "me", None, tls=True)),
    ],
)
def test_addresses(url: str, address: Address) -> None:
    assert parse_address(url) == address


@pytest.mark.parametrize(
    "url",
    ["embedded", "http://me:secret@broker", "mqtt://", "mqtt://me:secret@broker/x", "mqtt://me:secret@broker:99999"],
)
def test_a_mistake_is_named_without_the_password(url: str) -> None:
    with pytest.raises(ValueError, match=r"^mqtt: .*mqtts?://user:password@host") as mistake:
        parse_address(url)
    assert "secret" not in str(mistake.value)


def test_an_address_is_shown_without_its_login() -> None:
    assert str(parse_address("mqtts://me:secret@broker")) == "mqtts://broker:8883"
