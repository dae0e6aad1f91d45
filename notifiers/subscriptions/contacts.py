"""Where residents may be reached, brought to one form each, so that one address is one subscription."""

from collections.abc import Collection
from enum import StrEnum

import msgspec
import phonenumbers
from email_validator import EmailNotValidError, validate_email
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

from notifiers.channel_specs import AppriseChannel, ChannelSpec, WebPushChannel
from notifiers.subscriptions.push import NoSubscription, subscription_of


class Contact(StrEnum):
    """What residents give."""

    EMAIL = "email"
    PHONE = "phone"  # gets text messages
    VOICE = "voice"  # is called: landlines
    PUSH = "push"  # a browser


class NoContact(ValueError):
    """It is no address of its kind; the text is a key of the pages' phrases."""


#: What costs whoever calls it, or is nobody's own: nobody may make a city call these.
_DEAR = {
    PhoneNumberType.PREMIUM_RATE,
    PhoneNumberType.SHARED_COST,
    PhoneNumberType.PAGER,
    PhoneNumberType.UAN,
    PhoneNumberType.VOICEMAIL,
}
_LANDLINE = {PhoneNumberType.FIXED_LINE, PhoneNumberType.FIXED_LINE_OR_MOBILE, PhoneNumberType.VOIP}
_MOBILE = {PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE, PhoneNumberType.PERSONAL_NUMBER}


def contact_of(spec: ChannelSpec) -> Contact | None:
    """What a resident gives to be reached on a channel; None where the channel is not for residents."""
    match spec.kind:
        case "smtp":
            return Contact.EMAIL
        case "smpp":
            return Contact.PHONE
        case "webpush":
            return Contact.PUSH
    if isinstance(spec, AppriseChannel) and spec.resident_env is not None:
        return Contact.VOICE if spec.voice else Contact.PHONE
    return None


def canonical(contact: Contact, text: str, region: str) -> str:
    """One way of writing an address; ``region`` is where numbers without a country belong, as DE.

    Raises:
        NoContact: it is none.
    """
    text = text.strip()
    match contact:
        case Contact.EMAIL:
            return _email(text)
        case Contact.PUSH:
            return _push(text)
    return _number(text, region, voice=contact is Contact.VOICE)


def admit(contact: Contact, address: str, spec: ChannelSpec, countries: Collection[str]) -> None:
    """Whether a city writes to an address at all, brought to its one form before.

    Raises:
        NoContact: it does not.
    """
    if isinstance(spec, WebPushChannel) and not subscription_of(address).is_at(spec.services):
        raise NoContact("no_push")
    # Whoever earns by messages to numbers of theirs abroad would have the city pay for them.
    if contact in {Contact.PHONE, Contact.VOICE} and _country(address) not in countries:
        raise NoContact("no_country")


def _country(number: str) -> str | None:
    return phonenumbers.region_code_for_number(phonenumbers.parse(number))


def same(contact: Contact, address: str) -> str:
    """What two ways of writing one address have in common, to find it by."""
    match contact:
        case Contact.EMAIL:
            return address.casefold()
        case Contact.PUSH:
            return subscription_of(address).endpoint
    return address


def _email(text: str) -> str:
    try:
        told = validate_email(text, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        raise NoContact("no_email") from None  # its words hold the address
    return told.ascii_email or told.normalized


def _number(text: str, region: str, *, voice: bool) -> str:
    try:
        number = phonenumbers.parse(text, region)
    except NumberParseException:
        raise NoContact("no_number") from None
    kind = phonenumbers.number_type(number)
    if not phonenumbers.is_valid_number(number) or kind in _DEAR:
        raise NoContact("no_number")
    if not voice and kind not in _MOBILE:
        raise NoContact("no_mobile")
    if voice and kind not in _LANDLINE | _MOBILE:
        raise NoContact("no_number")
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def _push(text: str) -> str:
    """Two browsers never share an endpoint, whatever else stands beside it."""
    try:
        return msgspec.json.encode(subscription_of(text)).decode()
    except NoSubscription:
        raise NoContact("no_push") from None
