"""Nothing a person reads is left in one language only."""

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.apps import apps
from django.conf import settings
from django.utils.functional import Promise

from common.catalogue import KEYWORDS, ROOMS, catalogue_gaps, catalogue_path

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*.html"))
TRANSLATED_BLOCK = re.compile(r"{%\s*blocktrans(?:late)?\b.*?{%\s*endblocktrans(?:late)?\s*%}", re.DOTALL)
CLASS_BLOCK = re.compile(r"{%\s*block \w*class\s*%}.*?{%\s*endblock\b.*?%}", re.DOTALL)
COMMENT = re.compile(
    r"{%\s*comment\b.*?{%\s*endcomment\s*%}|{#.*?#}|<!--.*?-->|<(script|style)\b.*?</\1>", re.DOTALL
)
TAG_OR_VARIABLE = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)
SPOKEN_ATTRIBUTE = re.compile(
    r"""\b(?:title|alt|placeholder|aria-label|data-confirm|data-label)=(["'])(.*?)\1""", re.DOTALL
)
HTML_TAG = re.compile(r"<[^>]*>", re.DOTALL)
ENTITY = re.compile(r"&[a-z]+;|&#\w+;")
ALIAS = re.compile(r"^from django\.utils\.translation import \w*gettext\w* as (\w+)$", re.MULTILINE)
# French sets no ordinary space before : ; ! ? % or inside guillemets, no straight quotes, and a thin space
# never before a word: a placeholder is one.
UNFRENCH = re.compile(r" [:;!?»]| %(?!\()|\u202f%\(|« |[\"']")
# A sign after a variable or a tag that stands in no translation has no French space before it.
BARE_SIGN = re.compile(r"[%}]}[:;!?](?=\s)")
WORD = re.compile(r"[^\W\d_]{2,}")
# Names, which are the same in both languages.
NAMES = {
    "CMO", "Eval", "FEI", "CSV", "XLSX", "PDF", "SHA", "Français", "English", "EN", "FR", "UTC", "JSON",
    "OEB", "PIC", "PI",
}  # fmt: skip


def untranslated_words(source: str) -> list[str]:
    """The words of a template that no translation tag covers, attributes that are read aloud included."""
    bare = TRANSLATED_BLOCK.sub(" ", CLASS_BLOCK.sub(" ", COMMENT.sub(" ", source)))
    bare = TAG_OR_VARIABLE.sub(" ", bare)
    spoken = " ".join(match[1] for match in SPOKEN_ATTRIBUTE.findall(bare))
    text = ENTITY.sub(" ", HTML_TAG.sub(" ", bare))
    return [word for word in WORD.findall(f"{text} {spoken}") if word not in NAMES]


@pytest.mark.parametrize(
    "language", [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
)
def test_the_catalogue_is_complete(language: str) -> None:
    gaps = catalogue_gaps(ROOT, language)
    assert not gaps, gaps


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_template_says_nothing_outside_translation_tags(path: Path) -> None:
    assert untranslated_words(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_template_sets_colons_by_translation(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert BARE_SIGN.findall(TRANSLATED_BLOCK.sub(" ", COMMENT.sub(" ", source))) == []


def test_the_check_itself_sees_bare_signs() -> None:
    assert BARE_SIGN.findall("{{ label }}: {{ value }}{% endif %}; more") == ["}}:", "%};"]
    assert BARE_SIGN.findall("{{ label }}{% translate ': ' context 'after a label' %}{{ value }}") == []


def test_the_check_itself_sees_bare_words() -> None:
    assert untranslated_words("<p>Hello {% translate 'you' %}</p>") == ["Hello"]
    assert untranslated_words('<a title="Close it">{{ x }}</a>') == ["Close", "it"]
    assert untranslated_words("{% blocktranslate %}Fine{% endblocktranslate %}<b>{# no #}</b>") == []


def test_every_field_of_our_models_has_a_translated_name() -> None:
    bare = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model._meta.app_label in ROOMS
        for field in model._meta.get_fields()
        if getattr(field, "editable", False)
        and not field.auto_created
        and field.name not in {"password", "last_login"}
        and not isinstance(getattr(field, "verbose_name", None), Promise)
    ]
    assert bare == []


def test_every_other_name_of_gettext_is_gathered() -> None:
    sources = (path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
    names = {name for path in sources for name in ALIAS.findall(path.read_text(encoding="utf-8"))}
    assert names <= set(KEYWORDS)


def test_french_is_set_as_french() -> None:
    with catalogue_path(ROOT, "fr").open("rb") as file:
        catalogue = read_po(file, locale="fr")
    texts = (
        text
        for message in catalogue
        if message.id
        for text in ((message.string,) if isinstance(message.string, str) else message.string or ())
    )
    assert [text for text in texts if UNFRENCH.search(text)] == []
