"""Every text in every language that is spoken: as written, else translated, else in another language and marked so."""

from collections.abc import Iterable, Mapping
from typing import Any

from notifiers.catalogue import translations
from notifiers.languages import NAMES, WRITTEN, Language, isolate, own
from notifiers.spec import HazardTexts, PerLanguage, Texts, Wording

Languages = Iterable[Language]


def complete(texts: Texts, languages: Languages) -> Texts:
    """Texts that say everything in each of the languages."""
    spoken = tuple(languages)
    parts: dict[str, Any] = {}
    for name in type(texts).model_fields:
        words = getattr(texts, name)
        if name == "levels":
            parts[name] = {level: sentence(said, spoken) for level, said in words.items()}
        elif name == "hazards":
            parts[name] = {hazard: _hazard(said, spoken) for hazard, said in words.items()}
        elif name == "retracted":
            parts[name] = _wordings(words, spoken)
        else:
            parts[name] = sentence(words, spoken)
    return texts.model_copy(update=parts)


def sentence(words: PerLanguage, languages: Languages) -> PerLanguage:
    """A sentence in each language. Where it has none, it is told in German, else English, and says so."""
    return {**words, **{language: _said(words, language) for language in languages if words}}


def name(words: Mapping[Language, str], languages: Languages) -> PerLanguage:
    """A name in each language: as it is called on the spot, where it has no other."""
    told = {language: translations(language).get(words.get("de", ""), "") for language in languages}
    return {**words, **{language: words.get(language) or told[language] or own(words, language) for language in told}}


def _said(words: PerLanguage, language: Language) -> str:
    if language in words:
        return words[language]
    translated = translations(language).get(words.get("de", ""))
    return translated or marked(words, language)


def marked(words: Mapping[Language, str], language: Language) -> str:
    """Another language's sentence, behind the name of that language: held apart, so that pages see where it ends."""
    text = own(words, language)
    speaks = next(known for known, said in words.items() if said is text)
    return isolate(f"[{NAMES[speaks]}] {text}")


def _hazard(hazard: HazardTexts, languages: tuple[Language, ...]) -> HazardTexts:
    parts = ("level_1", "level_2", "level_3", "all_clear")
    wordings = {part: _wordings(getattr(hazard, part), languages) for part in parts}
    return hazard.model_copy(update={"name": name(hazard.name, languages), **wordings})


def _wordings(wordings: Mapping[Language, Wording], languages: tuple[Language, ...]) -> dict[Language, Wording]:
    missing = {language: _wording(wordings, language) for language in languages if language not in wordings}
    return {**wordings, **missing} if wordings else {}


def _wording(wordings: Mapping[Language, Wording], language: Language) -> Wording:
    """Headline and instruction may be borrowed and marked; a short form is left out; a sign speaks as signs here do."""
    german = wordings.get("de")
    short = None if german is None or german.short is None else translations(language).get(german.short)
    return Wording(
        headline=_said({known: one.headline for known, one in wordings.items()}, language),
        instruction=_said({known: one.instruction for known, one in wordings.items()}, language),
        short=short,
        sign=own(wordings, language).sign,
    )


def must_be_written(languages: Languages) -> set[Language]:
    """Those of the languages whose sentences nothing stands in for."""
    return set(languages) & set(WRITTEN)
