"""Addresses of residents: one form each, and refused where nobody should be made to pay."""

import json

import pytest

from notifiers.channel_specs import AppriseChannel, Key, WebPushChannel
from notifiers.subscriptions.contacts import Contact, NoContact, admit, canonical, contact_of, same
from tests.services.push import Browser, to_base64url

ORIGIN = "https://fcm.googleapis.com"
BROWSER = Browser()
PUSH = BROWSER.subscription(ORIGIN)
CHROME = WebPushChannel(kind="webpush", key=Key(env="K"), contact="a@b.example")


def keys(**changed: str) -> str:
    told = json.loads(PUSH)
    return json.dumps(told | {"keys": told["keys"] | changed})


@pytest.mark.parametrize(
    ("contact", "text", "address"),
    [
        (Contact.EMAIL, " Anna@Example.COM ", "Anna@example.com"),
        (Contact.EMAIL, "anna@bäcker.example", "anna@xn--bcker-gra.example"),
        (Contact.PHONE, "0151 23456789", "+4915123456789"),
        (Contact.PHONE, "+43 664 1234567", "+436641234567"),
        (Contact.VOICE, "0202 563-0", "+492025630"),
        (Contact.VOICE, "0151/23456789", "+4915123456789"),
        (Contact.PUSH, PUSH, PUSH.replace(' "expirationTime": null,', "").replace(" ", "")),
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
        (Contact.PUSH, BROWSER.subscription(f"{ORIGIN}/{'x' * 3000}"), "no_push"),
        (Contact.PUSH, '{"endpoint":"http://evil.example/x","keys":{"p256dh":"x","auth":"y"}}', "no_push"),
        (Contact.PUSH, BROWSER.subscription("http://fcm.googleapis.com"), "no_push"),
        (Contact.PUSH, BROWSER.subscription("https://evil.example\\@fcm.googleapis.com"), "no_push"),
        (Contact.PUSH, BROWSER.subscription("https://fcm.googleapis.com@evil.example"), "no_push"),
        (Contact.PUSH, keys(p256dh=to_base64url(b"\4" * 65)), "no_push"),  # no point of the curve
        (Contact.PUSH, keys(p256dh=to_base64url(b"\2" * 33)), "no_push"),
        (Contact.PUSH, keys(auth=to_base64url(bytes(15))), "no_push"),
        (Contact.PUSH, keys(auth=to_base64url(bytes(16)) + "\n"), "no_push"),
    ],
)
def test_what_is_no_address_is_refused_without_repeating_it(contact: Contact, text: str, problem: str) -> None:
    with pytest.raises(NoContact) as refused:
        canonical(contact, text, "DE")
    assert str(refused.value) == problem


def test_two_ways_of_writing_one_address_are_found_as_one() -> None:
    assert same(Contact.EMAIL, "Anna@example.com") == same(Contact.EMAIL, "anna@example.com")
    renewed = Browser(path=BROWSER.path).subscription(ORIGIN)
    assert same(Contact.PUSH, canonical(Contact.PUSH, PUSH, "DE")) == same(Contact.PUSH, renewed)


@pytest.mark.parametrize(
    ("origin", "admitted"),
    [
        ("https://fcm.googleapis.com", True),
        ("https://wns2-par02p.notify.windows.com", True),
        ("https://evil.example", False),
        ("https://127.0.0.1:8080", False),
        ("https://fcm.googleapis.com.evil.example", False),
        ("https://evilfcm.googleapis.com", False),
    ],
)
def test_a_browser_signs_up_with_a_push_service_that_is_trusted(origin: str, admitted: bool) -> None:
    address = canonical(Contact.PUSH, BROWSER.subscription(origin), "DE")
    if admitted:
        admit(Contact.PUSH, address, CHROME, ())
    else:
        with pytest.raises(NoContact, match="no_push"):
            admit(Contact.PUSH, address, CHROME, ())


def test_services_that_need_a_whole_url_are_for_residents_only_with_a_pattern() -> None:
    assert contact_of(AppriseChannel(kind="apprise")) is None
    assert contact_of(AppriseChannel(kind="apprise", resident_env="URL", parts=1)) is Contact.PHONE
    assert contact_of(AppriseChannel(kind="apprise", resident_env="URL", voice=True)) is Contact.VOICE


@pytest.mark.parametrize("contact", [Contact.PHONE, Contact.VOICE])
def test_the_city_pays_for_numbers_of_the_countries_it_names(contact: Contact) -> None:
    spec = AppriseChannel(kind="apprise", parts=1, resident_env="TEXT")
    admit(contact, "+4915123456789", spec, ["DE"])
    admit(contact, "+436641234567", spec, ["DE", "AT"])
    for abroad in ("+436641234567", "+12423571234", "+37061234567", "+79123456789"):
        with pytest.raises(NoContact, match="no_country"):
            admit(contact, canonical(contact, abroad, "DE"), spec, ["DE"])
