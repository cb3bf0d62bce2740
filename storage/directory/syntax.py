"""What keeps a file from being TOML: the parser's English, in French, with the place and what to do."""

import re
import tomllib
from collections.abc import Mapping

from storage.directory.faults import Fault
from translatable import Message

_PLACE = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)")

# By how tomllib's sentence begins; the first that fits.
SAID: tuple[tuple[str, str], ...] = (
    ("Unterminated string", "un guillemet n'est pas refermé"),
    (
        "Illegal character",
        "saut de ligne ou caractère de commande dans un texte; fermez le guillemet sur la même ligne",
    ),
    ("Unescaped", "une barre oblique inverse s'écrit deux fois dans un texte : \\\\"),
    ("Invalid hex value", "après \\u, on attend quatre chiffres hexadécimaux, huit après \\U"),
    ("Escaped character", "ce code ne désigne aucun caractère"),
    ("Unclosed array", "un crochet n'est pas refermé, ou il manque une virgule entre deux valeurs"),
    ("Unclosed inline table", "une accolade n'est pas refermée, ou il manque une virgule entre deux valeurs"),
    ("Duplicate inline table key", "cette clé est donnée deux fois; ôtez-en une"),
    ("Cannot overwrite", "cette clé est donnée deux fois; ôtez-en une"),
    ("Cannot declare", "cette section est donnée deux fois; réunissez-les, ou écrivez [[…]] s'il y en a plusieurs"),
    ("Cannot mutate", "cette table est déjà écrite ailleurs; réunissez ses clés au même endroit"),
    ("Cannot redefine", "cette table est déjà écrite ailleurs; réunissez ses clés au même endroit"),
    ("Expected '='", "il manque « = » après le nom de la clé"),
    ("Expected ']]'", "il manque « ]] » à la fin de la section"),
    ("Expected ']'", "il manque « ] » à la fin de la section"),
    ("Expected newline", "une seule clé par ligne : allez à la ligne, ou mettez tout le texte entre guillemets"),
    ("Invalid initial character", "on attend un nom de clé : lettres sans accent, chiffres, « - » ou « _ »"),
    ("Invalid statement", "on attend « clé = valeur », [section] ou un commentaire après #"),
    ("Invalid date", "cette date n'existe pas"),
    ("Invalid value", "la valeur manque ou ne se lit pas; un texte se met entre guillemets"),
    ("Found invalid character", "saut de ligne ou caractère de commande; ôtez-le, ou fermez l'apostrophe qui précède"),
    ("Expected \"'", "une apostrophe n'est pas refermée"),
)
ELSE = "le fichier n'est plus du TOML à cet endroit"


def table(text: str) -> Mapping[str, object] | Fault:
    """The file's values, or the first thing that keeps them from being read."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return _told(str(error), text)
    except RecursionError:
        return Fault(
            "", "le fichier emboîte trop de crochets ou d'accolades; un annuaire n'en emboîte que quelques-uns"
        )
    except ValueError:  # Python's own limit on the digits of a number
        return Fault("", "un nombre du fichier est trop long; un numéro ou un code se met entre guillemets")


def _told(error: str, text: str) -> Fault:
    said = next((french for english, french in SAID if error.startswith(english)), ELSE)
    found = _PLACE.search(error)
    if found and found[1]:
        return Fault(Message("ligne %(line)s, colonne %(column)s", line=found[1], column=found[2]), said)
    return Fault(Message("ligne %(line)s, à la fin du fichier", line=len(text.splitlines())), said)
