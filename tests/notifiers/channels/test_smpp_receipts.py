"""Receipts of short message centres, whatever they look like."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifiers.channels.smpp_receipts import Said, said_in
from tests.services.smpp import DELIVER_SM, packed, receipt


@pytest.mark.parametrize("fields", [False, True], ids=["as text", "as fields"])
def test_what_it_says(fields: bool) -> None:
    assert said_in(receipt(1, "m1", "DELIVRD", fields=fields)) == Said("m1", True, "")
    lost = said_in(receipt(1, "m1", "UNDELIV", fields=fields))
    assert lost is not None
    assert (lost.reference, lost.delivered) == ("m1", False)
    assert said_in(receipt(1, "m1", "ENROUTE", fields=fields)) is None


def test_the_number_of_the_error_is_told() -> None:
    lost = said_in(receipt(1, "m1", "UNDELIV"))
    assert lost is not None
    assert lost.reason == "the centre says UNDELIV, error 012"


def test_a_message_of_a_person_is_no_receipt() -> None:
    assert said_in(packed(DELIVER_SM, 1, body=b"\0" * 17)) is None


@given(st.binary(max_size=200))
def test_whatever_comes_is_read_or_refused(body: bytes) -> None:
    with contextlib.suppress(ValueError):
        said_in(packed(DELIVER_SM, 1, body=body))
