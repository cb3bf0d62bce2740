"""French is what pages are written in; other languages are catalogues beside them, read without a build."""

from functools import cache
from io import BytesIO
from pathlib import Path

import flask_babel
from babel.dates import format_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask_babel import Domain, get_locale

from translatable import LocalTime, Message

FOLDER = Path(__file__).parent / "translations"
LOCALES = ("fr", *sorted(path.stem for path in FOLDER.glob("*.po")))


class Written(Domain):  # type: ignore[misc]
    """Texts of our own pages; the libraries' have catalogues of their own."""

    def get_translations(self) -> NullTranslations:
        locale = get_locale()
        return catalogue(locale.language) if locale else NullTranslations()


@cache
def catalogue(language: str) -> NullTranslations:
    """An empty one for French, in which everything is written, and for what nobody has translated."""
    path = FOLDER / f"{language}.po"
    if not path.exists():
        return NullTranslations()
    compiled = BytesIO()
    with path.open("rb") as written:
        write_mo(compiled, read_po(written, locale=language))
    compiled.seek(0)
    return Translations(compiled)


def translated(text: str) -> str:
    """A sentence of the rules in the reader's language, what is in it too; any other text by its translation."""
    if not isinstance(text, Message):
        return gettext(text)
    return gettext(text.template, **{name: _placed(held) for name, held in text.places.items()})


def _placed(held: object) -> object:
    """What stands in a sentence: sentences and instants are said in the reader's language, too."""
    if isinstance(held, LocalTime):
        return held if in_french() else format_datetime(held.at, held.pattern, locale=get_locale())
    return translated(held) if isinstance(held, Message) else held


def in_french() -> bool:
    """As whatever has no reader is."""
    locale = get_locale()
    return locale is None or locale.language == LOCALES[0]


def gettext(text: str, /, **values: object) -> str:
    """In the reader's language, its places filled in; what nobody has translated is as it was written."""
    return str(flask_babel.gettext(text, **values)) if text else ""  # which would be the catalogue's own heading
