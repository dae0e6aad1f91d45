"""Institutions, groups and deaf people in the configuration: what is refused, where, and what becomes of the rest."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from notifiers.hearing import in_turn, unheard
from notifiers.spec import Address
from tests.warning.config.test_load import SHIPPED, broken
from warning.config.load import load
from warning.config.model import Config

VOICE = ("  push: {kind: apprise}\n", "  push: {kind: apprise}\n  call: {kind: apprise, voice: true}\n")
HOME = "      - {channel: email, to: kita@beyenburg.example}\n"
DEAF = ("    people_in_need: 45\n", "    people_in_need: 45\n    hears: false\n")


def called(*after: str) -> tuple[str, str]:
    """The kindergarten has these channels as well."""
    return HOME, HOME + "".join(f"      - {{channel: {name}, to: 'json://127.0.0.1/{name}'}}\n" for name in after)


def changed(tmp_path: Path, *changes: tuple[str, str]) -> Config:
    text = SHIPPED.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = tmp_path / "config.yaml"
    path.write_text(text, encoding="utf-8")
    return load(path)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param(
            [("  fire-brigade: [anna, berta]", "  fire-brigade: [anna, bertha]")],
            "groups.fire-brigade.1: no such person: bertha (did you mean berta?)",
            id="unknown member",
        ),
        pytest.param(
            [("people: [fire-brigade]", "people: [fire-brigad]")],
            "on_call.rota.0.people: no such person or group: fire-brigad (did you mean fire-brigade?)",
            id="unknown group",
        ),
        pytest.param(
            [("  fire-brigade: [anna, berta]", "  fire-brigade: [anna, carl]")],
            "on_call.rota.0.people: carl is called and may not release",
            id="a member who may not release",
        ),
        pytest.param(
            [("  fire-brigade: [", "  anna: ["), ("people: [fire-brigade]", "people: [anna]")],
            "groups.anna: a person is called anna too",
            id="a group called like a person",
        ),
        pytest.param(
            [("  - id: kindergarten-beyenburg", "  - id: control-room")],
            "institutions.1.id: a second recipient or institution called control-room",
            id="id twice",
        ),
        pytest.param(
            [
                ("  push: {kind: apprise}\n", "  push: {kind: apprise}\n  text: {kind: apprise, parts: 1}\n"),
                (
                    "  - id: residents-unterbarmen\n    language: de\n",
                    "  - id: residents-unterbarmen\n    language: ar\n",
                ),
                ('push, to: "ntfy://ntfy.wuppertal.example/unterbarmen"', 'text, to: "json://127.0.0.1"'),
            ],
            "channels.text.parts: must be 2: a text message in ar takes two",
            id="half a text message",
        ),
        pytest.param([("kind: camp-site", "kind: campsite")], "institutions.2.kind: input should be", id="kind"),
        pytest.param([('"+49 202 5550101"', "call the porter")], "institutions.0.phone", id="phone"),
        pytest.param([("acknowledge: 5 min", "acknowledge: 5 h")], "must be between 1 min and 1 h", id="too late"),
        pytest.param(
            [VOICE, DEAF, called("call")],
            "institutions.1.hears: is false, and only a voice (call) is left when email fails",
            id="deaf, and a voice is all that is left",
        ),
        pytest.param(
            [VOICE, DEAF, ("channel: email, to: kita@beyenburg.example", "channel: call, to: 'json://127.0.0.1'")],
            "institutions.1.hears: is false, and all channels are voices",
            id="deaf, and only voices",
        ),
        pytest.param(
            [
                VOICE,
                (
                    "role: author, language: de, addresses: [",
                    "role: author, language: de, hears: false, addresses: [{channel: call, to: 'json://127.0.0.1'}, ",
                ),
            ],
            "people.2.hears: is false, and only a voice (call) is left when email fails",
            id="deaf among the staff",
        ),
        pytest.param(
            [(VOICE[0], VOICE[0] + "  sms: {kind: apprise, parts: 1}\n"), called("sms")],
            "institutions.1.addresses.1.channel: sms needs parts: 2",
            id="no room for the link",
        ),
        pytest.param(
            [
                (VOICE[0], VOICE[0] + "  sms: {kind: apprise, parts: 2}\n"),
                called("sms"),
                ("page: http://127.0.0.1:8080/", f"page: http://{'x' * 80}.example/"),
            ],
            "letters too long: shorten id or city.page",
            id="too long a link",
        ),
    ],
)
def test_each_mistake_in_words(tmp_path: Path, changes: list[tuple[str, str]], expected: str) -> None:
    (said,) = broken(tmp_path, *changes)
    assert expected in said


def test_a_group_stands_for_its_people_each_once(tmp_path: Path) -> None:
    config = changed(tmp_path, ("people: [berta, anna]}", "people: [berta, fire-brigade]}"))
    assert config.on_call is not None
    assert [turn.people for turn in config.on_call.rota] == [("anna", "berta"), ("berta", "anna")]


def test_voices_come_last_for_the_deaf_and_keep_their_place_for_others(tmp_path: Path) -> None:
    first = ("    addresses:\n" + HOME, "    addresses:\n      - {channel: call, to: 'json://127.0.0.1'}\n" + HOME)
    both = (HOME, HOME + "      - {channel: push, to: 'json://127.0.0.1'}\n")
    for deaf, expected in (([DEAF], ["email", "push", "call"]), ([], ["call", "email", "push"])):
        config = changed(tmp_path, VOICE, *deaf, first, both)
        assert [address.channel for address in config.institutions[1].addresses] == expected


def test_who_hears_nothing_needs_two_channels_that_are_read_or_no_voice() -> None:
    def addresses(*channels: str) -> list[Address]:
        return [Address(channel=name, to="x") for name in channels]  # type: ignore[arg-type]

    voices = {"call", "ring"}
    assert unheard(addresses("email"), voices) == ""
    assert unheard(addresses("call", "email", "sms"), voices) == ""
    assert "only a voice (call)" in unheard(addresses("call", "email"), voices)
    assert "all channels are voices" in unheard(addresses("call", "ring"), voices)
    assert [one.channel for one in in_turn(addresses("call", "b", "ring", "a"), voices)] == ["b", "a", "call", "ring"]


def test_people_who_need_help_have_names_and_numbers_in_the_shipped_file() -> None:
    tree = YAML(typ="safe").load(SHIPPED.read_text(encoding="utf-8"))
    assert {one["kind"] for one in tree["institutions"]} >= {"care-home", "kindergarten"}
    assert "care-home-beyenburg" not in {one["id"] for one in tree["recipients"]}
    assert load(SHIPPED).institutions[0].dialled == "+492025550101"
