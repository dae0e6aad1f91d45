"""Texts are tried out before any is needed."""

from dataclasses import replace
from typing import Any

import pytest

from notifiers.check import check_texts
from notifiers.content import Content, Place
from notifiers.spec import Texts
from tests.notifiers.samples import CONTENT

BOTH = {"de", "en"}


def changed(*path: str | int, to: str) -> Content:
    """The city with one text replaced."""
    tree: dict[Any, Any] = CONTENT.texts.model_dump(by_alias=True)
    node = tree
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = to
    return replace(CONTENT, texts=Texts.model_validate(tree))


def test_the_city_that_comes_with_the_product_is_complete() -> None:
    assert check_texts(CONTENT, BOTH) == []


@pytest.mark.parametrize(
    "path",
    [
        ("step", "de"),
        ("levels", 3, "en"),
        ("measured", "de"),
        ("measured_rain", "en"),
        ("rising", "de"),
        ("falling", "en"),
        ("steady", "de"),
        ("trend_unknown", "de"),
        ("no_value", "en"),
        ("gauge_lost", "de"),
        ("lowered", "en"),
        ("issued", "de"),
        ("hazards", "river-flood", "level 1", "de", "headline"),
        ("hazards", "river-flood", "level 3", "en", "instruction"),
        ("hazards", "heavy-rain", "all_clear", "de", "instruction"),
        ("hazards", "smoke", "level 2", "en", "headline"),
        ("retracted", "de", "headline"),
        ("retracted", "en", "instruction"),
        ("reinstated", "de"),
    ],
    ids=lambda path: ".".join(map(str, path)),
)
@pytest.mark.parametrize("mistake", ["{{ nothing }}", "{{ level ", "{% include 'x' %}"])
def test_every_mistake_is_found_at_its_place(path: tuple[str | int, ...], mistake: str) -> None:
    problems = check_texts(changed(*path, to=mistake), BOTH)
    assert {problem.path for problem in problems} == {("texts", *path)}


def test_several_mistakes_are_told_at_once() -> None:
    broken = changed("step", "de", to="{{ a }}")
    texts = broken.texts.model_copy(update={"steady": {"de": "{{ b }}", "en": "{{ c }}"}})
    found = {(problem.path, problem.message) for problem in check_texts(replace(broken, texts=texts), BOTH)}
    assert found == {
        (("texts", "step", "de"), "'a' is undefined"),
        (("texts", "steady", "de"), "'b' is undefined"),
        (("texts", "steady", "en"), "'c' is undefined"),
    }


def test_a_headline_too_long_for_cap_is_told() -> None:
    problems = check_texts(changed("hazards", "river-flood", "level 2", "de", "headline", to="x" * 130), BOTH)
    assert problems
    assert all("longer than 140 characters" in problem.message for problem in problems)


@pytest.mark.parametrize(
    ("polygon", "message"),
    [
        pytest.param(((51.2, 7.1), (51.3, 7.2)), "three different points", id="a line"),
        pytest.param(((51.2, 7.1), (51.3, 7.2), (151.0, 7.0)), "latitude, longitude expected", id="no latitude"),
        pytest.param(((1.0, 1.0), (2.0, 2.0), (1.0, 2.0), (2.0, 1.0)), "crosses itself: side 1", id="a bow tie"),
    ],
)
def test_a_polygon_that_encloses_nothing_is_told(polygon: tuple[tuple[float, float], ...], message: str) -> None:
    zone = Place(CONTENT.places["barmen"].name, CONTENT.places["barmen"].area, {}, polygon)
    problems = check_texts(replace(CONTENT, places={"barmen": zone}), BOTH)
    assert [problem.path for problem in problems] == [("zones", "barmen", "polygon")]
    assert message in problems[0].message


def test_an_official_key_has_its_digits() -> None:
    zone = replace(CONTENT.places["barmen"], geocode={"AGS": "05124000", "ARS": "5124", "EMMA_ID": "DE1"})
    (problem,) = check_texts(replace(CONTENT, places={"barmen": zone}), BOTH)
    assert problem.path == ("zones", "barmen", "geocode", "ARS")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        pytest.param("de", "Es besteht keine Gefahr.", id="German"),
        pytest.param("de", "KEINE\n GEFAHR", id="in capitals, over two lines"),
        pytest.param("en", "There is no danger.", id="English"),
    ],
)
@pytest.mark.parametrize("part", ["headline", "instruction"])
def test_a_retraction_that_says_there_is_no_danger_is_refused(language: str, words: str, part: str) -> None:
    problems = check_texts(changed("retracted", language, part, to=words), BOTH)
    assert [problem.path for problem in problems] == [("texts", "retracted", language, part)]
    assert "whether there is danger is not known" in problems[0].message


def test_a_retraction_is_tried_for_today_and_for_another_day() -> None:
    """The words for the day that is not today are as good as never read."""
    text = "Fehler {% if other_day %}{{ nothing }}{% else %}heute{% endif %}"
    assert check_texts(changed("retracted", "de", "headline", to=text), BOTH)
    text = "Fehler {% if other_day %}gestern{% else %}{{ nothing }}{% endif %}"
    assert check_texts(changed("retracted", "de", "headline", to=text), BOTH)


def test_a_retraction_too_long_for_cap_is_told_at_its_own_place() -> None:
    problems = check_texts(changed("retracted", "de", "headline", to="x" * 130), BOTH)
    assert {problem.path for problem in problems} == {("texts", "retracted")}


@pytest.mark.parametrize(
    ("part", "text", "said"),
    [
        pytest.param("short", "Gehen Sie sofort nach oben. " * 6, "sms: too long: ", id="SMS"),
        pytest.param("sign", "Gehen Sie sofort nach oben!", "sign: too long: 27 of 20 characters", id="sign"),
        pytest.param("instruction", "Gehen Sie sofort nach oben. " * 20, "voice: too long: ", id="voice"),
    ],
)
def test_what_does_not_fit_a_kind_of_channel_is_told_at_its_hazard_and_level(part: str, text: str, said: str) -> None:
    content = changed("hazards", "river-flood", "level 3", "de", part, to=text)
    if part != "sign":  # else the sign, which is shorter, would do for the text message
        texts = content.texts.model_dump(by_alias=True)
        for name in ("short", "instruction", "sign"):
            texts["hazards"]["river-flood"]["level 3"]["de"][name] = text
        content = replace(content, texts=Texts.model_validate(texts))
    problems = check_texts(content, {"de"})
    assert {problem.path for problem in problems} == {("texts", "hazards", "river-flood", "level 3", "de")}
    assert any(problem.message.startswith(said) for problem in problems)


def test_a_sentence_too_long_for_einfache_sprache_is_told() -> None:
    said = "Gehen Sie jetzt sofort mit allen Ihren Nachbarn in den ersten Stock hinauf"
    content = changed("hazards", "storm", "level 1", "de-simple", "instruction", to=f"{said}.")
    (problem, *_) = check_texts(content, {"de-simple"})
    assert problem.path == ("texts", "hazards", "storm", "level 1", "de-simple")
    assert f"more than 12 words: {said}" in problem.message
