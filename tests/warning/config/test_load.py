"""The configuration: all mistakes at once, each with its place and in the operator's words."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from warning.check import problems_of
from warning.config.load import ConfigError, load
from warning.world import exercise, live

ROOT = Path(__file__).parents[3]
SHIPPED = ROOT / "config.yaml"
DEMO = ROOT / "simulations" / "demo.yaml"
#: in which the shipped texts are written, without those that are translated
WRITTEN = ("[de, en, de-simple, tr, ar, pl, ru, uk, ro]", "[de, en, de-simple]")


def broken(tmp_path: Path, *changes: tuple[str, str]) -> list[str]:
    """What is said about the shipped file after replacing texts in it; places without the path."""
    text = SHIPPED.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = tmp_path / "config.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as refused:
        load(path)
    return [line.removeprefix(f"{path}:") for line in str(refused.value).splitlines()]


def place(text: str) -> str:
    """``line:column`` of a text in the shipped file."""
    before, _, _ = SHIPPED.read_text(encoding="utf-8").partition(text)
    return f"{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"


def test_the_shipped_configuration_is_good() -> None:
    """What we ship passes its own check, as an actual service and as a demo."""
    assert problems_of(SHIPPED) == []
    assert load(SHIPPED, DEMO).warnings.release.automatic(3)


def test_shipped_levels_two_and_three_need_a_person() -> None:
    """Only the demo's overlay releases them by itself."""
    release = load(SHIPPED).warnings.release
    assert [release.automatic(level) for level in (1, 2, 3)] == [True, False, False]


def test_automatic_release_of_high_levels_is_refused_outside_of_exercises(tmp_path: Path) -> None:
    """Nobody gets there by editing one word."""
    said = broken(tmp_path, ("level 3: one person}", "level 3: automatic}"))
    assert said == [
        (
            f"{place('level 3: one person}')}: warnings.release.level 3: "
            "must be released by 'one person' outside of exercises"
        )
    ]


def test_all_mistakes_are_named_at_once_with_their_place(tmp_path: Path) -> None:
    """Unknown key, falling levels, missing unit, broken reference: one run shows them all."""
    said = broken(
        tmp_path,
        ("river_km: 54", "rivr_km: 54"),
        ("value: 224 cm", "value: 100 cm"),
        ("tick: 10 s", "tick: 10"),
        ("zones: [unterbarmen]", "zones: [unterbarmem]"),
    )
    assert said == [
        f"{place('tick: 10 s')}: service.tick: must be a number with its unit, like '15 cm' or '30 min', not 10",
        f"{place('river_km: 54')}: stations.kluserbruecke.rivr_km: unknown key (did you mean river_km?)",
        (
            f"{place('levels: [flood-watch')}: stations.kluserbruecke.levels: must rise: "
            "flood-watch 125, hq-frequent 100, hq100 265"
        ),
        (
            f"{place('unterbarmen]' + chr(10))}: recipients.1.zones.0: "
            "no such zone: unterbarmem (did you mean unterbarmen?)"
        ),
    ]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param("span: [-20 cm, 300 cm]", "span: [300 cm, -20 cm]", "must rise: [lowest, highest]", id="span"),
        pytest.param("span: [-20 cm, 300 cm]", "span: [-20 mm, 300 cm]", "counted in cm, not mm", id="unit"),
        pytest.param("topic: gauges/leimbach/stage", "topic: gauges/+/stage", "without the wildcards", id="wildcard"),
        pytest.param(
            "topic: gauges/leimbach/stage", "topic: gauges/barmen/rain", "already belongs to", id="one topic twice"
        ),
        pytest.param("time_zone: Europe/Berlin", "time_zone: Europe/Barmen", "unknown time zone", id="time zone"),
        pytest.param("channel: email, to: pfl", "channel: mail, to: pfl", "did you mean email?", id="channel"),
        pytest.param("heavy-rain\n    level 1: rain", "heavy-rein\n    level 1: rain", "mean heavy-rain?", id="hazard"),
        pytest.param('exercise: {de: "ÜBUNG –', 'exercise: {de: "Probe –', "must contain ÜBUNG", id="exercise text"),
        pytest.param("version: 1", "version: 2", "version", id="version"),
        pytest.param("tick: 10 s", "tick: 12 h", "must be between 1 s and 60 s", id="a tick that never comes"),
        pytest.param("level 3: 3 h}", "level 3: 3 min}", "must be between 30 min and 48 h", id="expires at once"),
        pytest.param("heavy-rain: 60 min}", "heavy-rain: 60 s}", "must be between 10 min", id="all-clear at once"),
        pytest.param("leimbachtal, barmen]", "leimbachtal]", "nobody would be told", id="a zone without recipients"),
        pytest.param("language: en", "language: fr", "institutions.2.language", id="language"),
        pytest.param("[flood-watch, hq-frequent, hq100]", "[flood-watch, hq]", "no such mark: hq", id="mark"),
        pytest.param("quiet: 10 min", "quiet: 10 min\n  quiet: 20 min", "duplicate key", id="same key twice"),
    ],
)
def test_each_mistake_in_words(tmp_path: Path, old: str, new: str, expected: str) -> None:
    """One mistake, one line that says what is wrong."""
    (said,) = broken(tmp_path, (old, new))
    assert expected in said


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(b"", ":1:1: must be a mapping", id="empty"),
        pytest.param(b"- a\n- b\n", ":1:1: must be a mapping", id="a list"),
        pytest.param(b"city: [", "config.yaml:", id="broken YAML"),
        pytest.param(b"\xff\xfe\x00", "is not UTF-8", id="binary"),
    ],
)
def test_unreadable_files(tmp_path: Path, content: bytes, expected: str) -> None:
    """Whatever lies there, the answer is one line and no traceback."""
    path = tmp_path / "config.yaml"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=expected):
        load(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """The path is what people need to see."""
    with pytest.raises(ConfigError, match=r"nowhere\.yaml: cannot be read"):
        load(tmp_path / "nowhere.yaml")


def test_secrets_stay_out_of_errors_and_prints() -> None:
    """A recipient's address may carry a token."""
    config = load(SHIPPED)
    assert "leitstelle" not in repr(config.recipients)


def test_every_key_is_documented() -> None:
    """A key that nobody can look up is a trap."""
    reference = (ROOT / "docs" / "reference" / "configuration.md").read_text(encoding="utf-8")
    tree = YAML(typ="safe").load(SHIPPED.read_text(encoding="utf-8"))
    named = ("city", "issuer", "service", "warnings", "accessibility", "texts")
    sections = {key for section in named for key in tree[section]}
    items = {key for section in ("stations", "zones", "channels") for item in tree[section].values() for key in item}
    listed = {
        key for section in ("rules", "recipients", "institutions", "people") for item in tree[section] for key in item
    }
    undocumented = sorted(key for key in {*tree, *sections, *items, *listed} if f"`{key}`" not in reference)
    assert undocumented == []


def test_worlds_keep_apart(tmp_path: Path) -> None:
    """An exercise shares no log, history or ledger with the actual service."""
    actual, other = live(SHIPPED), exercise(SHIPPED, tmp_path, DEMO, clock="ticks")
    assert not {actual.log, actual.history, actual.ledger} & {other.log, other.history, other.ledger}
    assert str(tmp_path) in other.log


def test_a_text_with_a_slot_nobody_fills_is_refused(tmp_path: Path) -> None:
    """It would be found out when the warning has to go out."""
    (said,) = broken(tmp_path, WRITTEN, ('headline: "Starkregen: {{ place }}"', 'headline: "Starkregen: {{ plaze }}"'))
    assert "plaze" in said


ISSUER = "  authority: Stadt Wuppertal (Beispiel)\n"
LAW = "  legal_basis: BHKG NRW § 3, Warnerlass NRW vom 26.05.2020 (Beispiel, vom Betreiber zu bestätigen)\n"
NOBODY = (f"issuer:\n{ISSUER}{LAW}", "")


@pytest.mark.parametrize(
    ("old", "new", "key", "words"),
    [
        ("de: {headline: \"Sturm:", "de: {headline: \"Amtliche Warnung, Sturm:",
         "texts.hazards.storm.level 2.de.headline", "Amtliche"),
        ("\"Die Warnstufe sinkt.\"", "\"AMTLICH: sinkt\"", "texts.lowered.de", "AMTLICH"),
        ("de: {headline: \"Rauch in", "de: {headline: \"Warnung der  Stadt: Rauch in",
         "texts.hazards.smoke.level 1.de.headline", "Warnung der  Stadt"),
        ("headline: \"Storm:", "headline: \"Official warning, storm:", "texts.hazards.storm.level 2.en.headline",
         "Official warning"),
        ("en: Leimbach valley", "en: official warnings valley", "zones.leimbachtal.name.en", "official warnings"),
    ],
)  # fmt: skip
def test_nothing_is_called_official_without_an_issuer(tmp_path: Path, old: str, new: str, key: str, words: str) -> None:
    """Each claim at its place; with an issuer the same words are good."""
    said = broken(tmp_path, WRITTEN, NOBODY, (old, new))
    assert [line.partition(": ")[2] for line in said] == [
        f'{key}: must not say "{words}" without issuer: only an authority warns officially'
    ]
    path = tmp_path / "issued.yaml"
    path.write_text(SHIPPED.read_text("utf-8").replace(*WRITTEN).replace(old, new), "utf-8")
    assert load(path).issuer is not None


def test_words_that_only_look_official_are_good(tmp_path: Path) -> None:
    """A word that merely holds the letters claims nothing."""
    path = tmp_path / "config.yaml"
    text = SHIPPED.read_text("utf-8").replace(*NOBODY).replace('"Die Warnstufe sinkt."', '"gesamtlich, Stadt"')
    path.write_text(text, "utf-8")
    assert load(path).issuer is None


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (LAW, "", "issuer.legal_basis: is missing"),
        (ISSUER, "", "issuer.authority: is missing"),
        (LAW, f"{LAW}  mowas_levels: {{1: 3, 2: 2}}\n", "issuer.mowas_levels: needs each of the levels 1, 2 and 3"),
        (LAW, f"{LAW}  mowas_levels: {{1: 1, 2: 2, 3: 3}}\n",
         "issuer.mowas_levels: must fall, as MoWaS counts 1 as the highest"),
    ],
)  # fmt: skip
def test_an_issuer_is_whole_or_not_there(tmp_path: Path, old: str, new: str, said: str) -> None:
    """A faulty one is told as faulty, not as missing in every text."""
    assert [line.partition(": ")[2] for line in broken(tmp_path, (old, new))] == [said]


def test_a_ledger_on_a_server_is_left_as_it_stands(tmp_path: Path) -> None:
    address = "postgresql://floodbell@db.example/floodbell?password_env=LEDGER"
    path = tmp_path / "config.yaml"
    text = SHIPPED.read_text(encoding="utf-8")
    path.write_text(text.replace("ledger: sqlite:///var/ledger.db", f"ledger: {address}"), encoding="utf-8")
    assert live(path).ledger == address
    assert exercise(path, tmp_path / "drill", None, clock="ticks").ledger.startswith("sqlite:///")


def test_a_ledger_elsewhere_is_refused_without_its_password(tmp_path: Path) -> None:
    said = broken(
        tmp_path, ("ledger: sqlite:///var/ledger.db", "ledger: mysql://floodbell:s3cret@db.example/floodbell")
    )
    assert len(said) == 1
    assert "service.ledger" in said[0]
    assert "s3cret" not in said[0]


@pytest.mark.parametrize(
    ("languages", "said"),
    [
        pytest.param("[tr, de]", "the first one must be de or en", id="no pages in it"),
        pytest.param("[de, en, de]", "one is named twice", id="twice"),
        pytest.param("[de, en, de-x-simple]", "de-simple", id="a tag of our own instead of the registered one"),
    ],
)
def test_languages_that_cannot_be_spoken_are_refused(tmp_path: Path, languages: str, said: str) -> None:
    (problem,) = broken(tmp_path, (WRITTEN[0], languages))
    assert "city.languages" in problem
    assert said in problem


def test_a_language_with_a_catalogue_needs_no_texts(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    text = SHIPPED.read_text("utf-8").replace(WRITTEN[0], "[de, uk, en]")
    path.write_text(text, "utf-8")
    config = load(path)
    assert config.texts.word_of(2)["uk"] == "Небезпека"
    assert config.zones["beyenburg"].name["uk"] == "Beyenburg"


def test_a_file_that_has_changed_is_read_again(tmp_path: Path) -> None:
    """Also where it is as long as before, and where it has become wrong."""
    text = SHIPPED.read_text(encoding="utf-8")
    path = tmp_path / "config.yaml"
    path.write_text(text, encoding="utf-8")
    before = load(path)
    assert load(path) == before
    path.write_text(text.replace("port: 8080", "port: 8081"), encoding="utf-8")
    assert (before.service.web.port, load(path).service.web.port) == (8080, 8081)
    path.write_text(text.replace("port: 8080", "port: -080"), encoding="utf-8")
    with pytest.raises(ConfigError, match=r"service\.web\.port"):
        load(path)


def test_the_same_text_elsewhere_names_its_own_file(tmp_path: Path) -> None:
    """What is remembered of a text knows no file."""
    for name in ("here.yaml", "there.yaml"):
        path = tmp_path / name
        path.write_text("version: 1\n")
        with pytest.raises(ConfigError, match=f"{name}:1:1: city: is missing"):
            load(path)


def test_laying_another_over_it_leaves_what_was_read(tmp_path: Path) -> None:
    """An exercise's own release is no part of the service's."""
    loaded = load(SHIPPED)
    assert load(SHIPPED, DEMO).warnings.release != loaded.warnings.release
    assert load(SHIPPED) == loaded
