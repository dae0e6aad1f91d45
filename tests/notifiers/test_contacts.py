"""Addresses of residents: one form each, and refused where nobody should be made to pay."""

import msgspec
import pytest

from notifiers.channel_specs import AppriseChannel
from notifiers.subscriptions.contacts import Contact, NoContact, canonical, contact_of, same

PUSH = '{"endpoint":"https://push.example/x","expirationTime":null,"keys":{"p256dh":"BA","auth":"cc"},"extra":1}'


@pytest.mark.parametrize(
    ("contact", "text", "address"),
    [
        (Contact.EMAIL, " Anna@Example.COM ", "Anna@example.com"),
        (Contact.EMAIL, "anna@bäcker.example", "anna@xn--bcker-gra.example"),
        (Contact.PHONE, "0151 23456789", "+4915123456789"),
        (Contact.PHONE, "+43 664 1234567", "+436641234567"),
        (Contact.VOICE, "0202 563-0", "+492025630"),
        (Contact.VOICE, "0151/23456789", "+4915123456789"),
        (Contact.PUSH, PUSH, '{"endpoint":"https://push.example/x","keys":{"p256dh":"BA","auth":"cc"}}'),
    ],
)
def test_an_address_has_one_form(contact: Contact, text: str, address: str) -> None:
    assert canonical(contact, text, "DE") == address


@pytest.mark.parametrize(
    ("contact", "text", "problem"),
    [
        (Contact.EMAIL, "anna", "no_email"),
        (Contact.EMAIL, "anna@localhost", "no_email"),
        (Contact.EMAIL, "a@x.example\r\nBcc: b@x.example", "no_email"),
        (Contact.EMAIL, "Anna <anna@x.example>", "no_email"),
        (Contact.PHONE, "110", "no_number"),
        (Contact.PHONE, "0900 1234567", "no_number"),
        (Contact.PHONE, "0180 5123456", "no_number"),
        (Contact.PHONE, "0202 563-0", "no_mobile"),
        (Contact.VOICE, "0900 1234567", "no_number"),
        (Contact.VOICE, "zu Hause", "no_number"),
        (Contact.PUSH, "{}", "no_push"),
        (Contact.PUSH, "x" * 3000, "no_push"),
    ],
)
def test_what_is_no_address_is_refused_without_repeating_it(contact: Contact, text: str, problem: str) -> None:
    with pytest.raises(NoContact) as refused:
        canonical(contact, text, "DE")
    assert str(refused.value) == problem


def test_two_ways_of_writing_one_address_are_found_as_one() -> None:
    assert same(Contact.EMAIL, "Anna@example.com") == same(Contact.EMAIL, "anna@example.com")
    renewed = msgspec.json.encode({"endpoint": "https://push.example/x", "keys": {"p256dh": "other", "auth": "dd"}})
    assert same(Contact.PUSH, canonical(Contact.PUSH, PUSH, "DE")) == same(Contact.PUSH, renewed.decode())


def test_services_that_need_a_whole_url_are_for_residents_only_with_a_pattern() -> None:
    assert contact_of(AppriseChannel(kind="apprise")) is None
    assert contact_of(AppriseChannel(kind="apprise", resident_env="URL", parts=1)) is Contact.PHONE
    assert contact_of(AppriseChannel(kind="apprise", resident_env="URL", voice=True)) is Contact.VOICE
