"""A month of standby on paper and as a table, from the document that was issued: the same bytes for ever."""

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Spacer

from directory.employers import STANDBY
from ivr.prompts import MONTHS
from notifications import labels
from printing.paper import HEADING, NAMES, SMALL, TITLE, facts, printed, ruled, said

NO_ADVICE = (
    "Relevé établi d'après les règles que l'employeur a écrites dans l'annuaire, les plannings tels qu'ils ont été et"
    " les interventions déclarées. Il n'est pas un avis juridique."
)
FORMULAS = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would compute
Document = dict[str, Any]


def pdf(found: Document, number: int, issued_at: datetime, digest: str, reason: str) -> bytes:
    """`number`: from 1, each corrects the one before; `digest`: SHA-256 of the document, told at its end."""
    title = f"Relevé d'astreinte, {_month(found)}"
    story = _story(found, title, number, issued_at, digest, reason)
    foot = f"{found['organisation']} · {found['engineer']['name']} · {found['month']} · n° {number}"
    return printed(story, title=title, author=found["organisation"], subject=found["engineer"]["name"], foot=foot)


def table(found: Document, number: int, issued_at: datetime, digest: str) -> bytes:
    """All that the paper says, a row each; hours and euros with a comma, as spreadsheets here read them."""
    written = io.StringIO()
    rows = csv.writer(written, delimiter=";", lineterminator="\r\n")
    rows.writerow(["quoi", "libelle", "debut", "fin", "heures", "quantite", "montant"])
    who = f"{found['employer']['name']}, {found['engineer']['name']}, {found['month']}"
    at = issued_at.astimezone(ZoneInfo(found["zone"])).isoformat(timespec="minutes")
    rows.writerow(_row("releve", who, at, times=str(number)))
    rows.writerow(_row("empreinte", digest))
    rows.writerows([*_counted(found), *_owed(found), _row("note", NO_ADVICE)])
    return b"\xef\xbb\xbf" + written.getvalue().encode()


def _row(what: str, label: str = "", starts: str = "", until: str = "", hours: str = "", times: str = "",
         amount: str = "") -> list[str]:  # fmt: skip
    return [what, _plain(label), starts, until, _comma(hours), times, _comma(amount)]


def _counted(found: Document) -> Iterator[list[str]]:
    for turn in found["turns"]:
        yield _row("tour", f"{turn['rota']} {turn['layer']}", turn["starts"], turn["until"], turn["standby"])
    for of in STANDBY:
        yield _row("heures", labels.PAID[of], hours=found["hours"][of])
    yield _row("astreinte", hours=found["standby"])
    for each in found["interventions"]:
        yield _row("intervention", each["ticket"], each["starts"], each["until"], each["hours"])
    for line in found["lines"]:
        quantity = {"hours" if line["hours"] else "times": line["quantity"]}
        yield _row("compensation", labels.PAID[line["of"]], amount=line["amount"], **quantity)
    yield _row("total", amount=found["total"])


def _owed(found: Document) -> Iterator[list[str]]:
    for each in found["rest"]:
        yield _row("repos", "pas avant la fin dite ici", each["usual"], each["until"], each["hours"])
    for each in found.get("excess", ()):
        yield _row("duree", "semaine" if each["week"] else "jour", each["first"], hours=each["worked"])
    for each in found["notices"]:
        label = ", ".join(filter(None, [labels.NOTICE[each["verdict"]], each["reason"]]))
        yield _row("prevenance", label, each["starts"], each["until"], times=str(each["days"]))


def _story(
    found: Document, title: str, number: int, issued_at: datetime, digest: str, reason: str
) -> Iterator[Flowable]:
    at = issued_at.astimezone(ZoneInfo(found["zone"]))
    yield said(found["employer"]["name"], NAMES)
    yield said(title, TITLE)
    yield Spacer(1, 4 * mm)
    known = [("Salarié", found["engineer"]["name"]), ("Émis le", f"{at:%d/%m/%Y à %H:%M}, n° {number}")]
    known += [("Corrige", f"le n° {number - 1} : {reason}")] if number > 1 else []
    known += [("Accord", found["employer"]["agreement"] or "aucun accord nommé")]
    known += [("Astreinte", f"{_comma(found['standby'])} h"), ("Interventions", f"{_comma(found['worked'])} h")]
    yield facts([*known, ("Compensation", f"{_comma(found['total'])} €")])
    yield from _section("Heures d'astreinte, ouverture déduite", ["", "Heures"], [
        [labels.PAID[of].capitalize(), f"{_comma(hours)} h"]
        for of in STANDBY if (hours := found["hours"][of]) != "0.00"
    ], [120, 50])  # fmt: skip
    if len(found["turns"]) > 1:
        yield said("Deux tours à la même heure comptent une fois.", SMALL)
    yield from _section("Tours", ["Du", "Au", "Planning", "Heures"], [
        [_at(turn["starts"]), _at(turn["until"]), f"{turn['rota']} · {turn['layer']}", f"{_comma(turn['standby'])} h"]
        for turn in found["turns"]
    ], [42, 42, 61, 25])  # fmt: skip
    yield from _section("Interventions", ["Du", "Au", "Ticket", "Heures"], [
        [_at(each["starts"]), _at(each["until"]), _about(each), f"{_comma(each['hours'])} h"]
        for each in found["interventions"]
    ], [42, 42, 61, 25])  # fmt: skip
    yield from _section("Compensation", ["", "Quantité", "Taux", "Montant"], [
        [labels.PAID[line["of"]].capitalize(), _comma(line["quantity"]) + (" h" if line["hours"] else ""),
         f"{_comma(line['rate'])} €", f"{_comma(line['amount'])} €"] for line in found["lines"]
    ], [80, 30, 30, 30])  # fmt: skip
    yield from _section("Repos reporté", ["Pas avant", "Repos", "Intervention finie", "Reprise habituelle"], [
        [_at(each["until"]), f"{_comma(each['hours'])} h", _at(each["last"]), _at(each["usual"])]
        for each in found["rest"]
    ], [45, 25, 50, 50])  # fmt: skip
    yield from _section("Durée du travail au-delà du maximum", ["", "Travaillé", "Maximum"], [
        [("Semaine du " if each["week"] else "") + f"{date.fromisoformat(each['first']):%d/%m/%Y}",
         f"{_comma(each['worked'])} h", f"{_comma(each['limit'])} h"] for each in found.get("excess", ())
    ], [80, 45, 45])  # fmt: skip
    yield from _section("Délais de prévenance", ["Tour", "Annoncé", "Délai", "Motif"], [
        [_at(each["starts"]), _at(each["announced_at"]), f"{each['days']} j, {labels.NOTICE[each['verdict']]}",
         each["reason"] + (" (avec son accord)" if each["agreed"] else "")] for each in found["notices"]
    ], [35, 35, 50, 50])  # fmt: skip
    yield Spacer(1, 6 * mm)
    yield said(NO_ADVICE, SMALL)
    yield said(f"Empreinte SHA-256 du relevé : {digest}", SMALL)


def _section(title: str, heads: list[str], rows: list[list[str]], widths: list[int]) -> Iterator[Flowable]:
    """Nothing where there is nothing to say."""
    if rows:
        yield said(title, HEADING)
        cells: list[list[Flowable]] = [[said(cell, NAMES) for cell in heads]]
        cells += [[said(cell) for cell in row] for row in rows]
        yield ruled(cells, [width * mm for width in widths], repeats=1)


def _about(each: Document) -> str:
    told = [each["ticket"] or "sans ticket", "sur site" if each["on_site"] else ""]
    told += [f"trajet {each['travel']} min" if each["travel"] else "", "hors tour" if each["outside"] else ""]
    return ", ".join(filter(None, told))


def _month(found: Document) -> str:
    year, month = found["month"].split("-")
    return f"{MONTHS[int(month) - 1]} {year}"


def _at(written: str) -> str:
    return f"{datetime.fromisoformat(written):%d/%m/%Y %H:%M}"


def _comma(figure: str) -> str:
    return figure.replace(".", ",")


def _plain(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULAS) else text
