"""The sections on who is woken: engineers, rotas, policies."""

from collections import Counter
from datetime import time, timedelta
from itertools import pairwise

from directory.employers import Employer, Of, Rate
from directory.policies import EVERYONE, REPEAT_EVERY, Channel, Policy, Step
from directory.roster import BOTH, Drill, Weekday
from directory.week import Week
from oncall.rotas import Absence, Engineer, Kind, Layer, Override, Rota
from storage.directory import values
from storage.directory.faults import instead_of
from storage.directory.line import DAYS, days, in_order
from storage.directory.reader import Table
from translatable import Message

UNITS = ("hours", "days", "weeks")
TURNS = values.integer(1, 999)
DAY = values.choice(Weekday)
OURS = Employer(code="", name="")
NOTICE_DAYS = values.integer(0, 365)
HOURS = values.between(timedelta(hours=1), timedelta(days=7))  # of rest, of work
PAID = values.choice(Of)
COUNTED = (Of.SHIFT, Of.INTERVENTION)
TAKEUP = values.between(timedelta(minutes=10), timedelta(days=2))


def engineer(table: Table) -> Engineer:
    if not table.has("phone") and not table.lacks("phones"):
        table.refuse("« phones » donne les numéros suivants; écrivez le premier dans « phone »")
    if table.has("by") and table.lacks("by"):
        table.refuse("aucun moyen d'appel pour cette personne; écrivez « sms », « voice » ou les deux dans by")
    return Engineer(
        code=table.need("code", values.code, ""),
        name=table.need("name", values.name, ""),
        phone=table.take("phone", values.our_number, ""),
        phones=table.many("phones", values.our_number),
        by=table.many("by", values.choice(Channel)) or BOTH,
        email=table.take("email", values.email, ""),
        entities=table.many("entities", values.code),
        employer=table.take("employer", values.code, ""),
        absences=table.each("absences", absence),
    )


def employer(table: Table) -> Employer:
    return Employer(
        code=table.need("code", values.code, ""),
        name=table.need("name", values.name, ""),
        agreement=table.take("agreement", values.name_or_none, ""),
        notice_days=table.take("notice_days", NOTICE_DAYS, OURS.notice_days),
        short_notice_days=table.take("short_notice_days", NOTICE_DAYS, OURS.short_notice_days),
        daily_rest=table.take("daily_rest", HOURS, OURS.daily_rest),
        weekly_rest=table.take("weekly_rest", HOURS, OURS.weekly_rest),
        daily_work=table.take("daily_work", HOURS, OURS.daily_work),
        weekly_work=table.take("weekly_work", HOURS, OURS.weekly_work),
        night_starts=table.take("night_starts", values.time_of_day, OURS.night_starts),
        night_ends=table.take("night_ends", values.time_of_day, OURS.night_ends),
        work=table.one("work", only),
        rates=table.each("rates", rate),
    )


def rate(table: Table) -> Rate:
    """« { of = "night", hour = "3.20" } », an hour, each time, or both."""
    if not table.has("hour") and not table.has("each"):
        table.refuse("il manque un montant; écrivez « hour » pour une heure, « each » pour une fois")
    read = Rate(
        of=table.need("of", PAID, Of.SHIFT),
        hour=table.take("hour", values.amount, None),
        each=table.take("each", values.amount, None),
    )
    if table.has("hour") and read.of is Of.SHIFT:
        table.refuse("un tour se compte une fois; écrivez « each »", "hour")
    if table.has("each") and read.of not in COUNTED:
        table.refuse("ce qui se compte en heures n'a pas de montant « each »; écrivez « hour »", "each")
    return read


def absence(table: Table) -> Absence:
    read = Absence(
        starts=table.need("from", values.moment, values.NO_MOMENT),
        until=table.need("until", values.moment, values.NO_MOMENT),
        reason=table.take("reason", values.name_or_none, ""),
    )
    in_order(table, read.starts, read.until)
    return read


def rota(table: Table) -> Rota:
    layers = table.each("layers", layer)
    names = [layer.name for layer in layers if layer.name]
    for name in (name for name, times in Counter(names).items() if times > 1):
        table.refuse(Message("deux couches s'appellent « %(name)s »; donnez un nom à chacune", name=name))
    read = Rota(
        code=table.need("code", values.code, ""),
        timezone=table.take("timezone", values.timezone, ""),  # the organisation's
        fallback=table.take("fallback", values.code, ""),
        responsible=table.take("responsible", values.code, ""),
        takeup_before=table.take("takeup_before", TAKEUP, None),
        drill=table.one("drill", drill),
        layers=layers,
        overrides=table.each("overrides", lambda within: override(within, names)),
    )
    if not layers and not table.has("fallback"):
        table.refuse("ce planning n'a personne; ajoutez une couche [[rotas.layers]] ou « fallback »")
    return read


def drill(table: Table) -> Drill:
    """« { day = "tuesday", at = "10:00" } »."""
    return Drill(day=table.need("day", DAY, Weekday.MONDAY), at=table.need("at", values.time_of_day, time.min))


def layer(table: Table) -> Layer:
    name = table.need("name", values.name, "")
    if name == EVERYONE:
        table.refuse(Message("« %(everyone)s » est un mot réservé; donnez un autre nom à la couche", everyone=EVERYONE))
    if table.lacks("engineers"):
        table.refuse(
            Message("la couche « %(name)s » n'a personne; nommez au moins un ingénieur dans « engineers »", name=name)
        )
    if not table.has("every"):
        table.refuse("il manque « every »")
    return Layer(
        name=name,
        starts=table.need("starts", values.moment, values.NO_MOMENT),
        every=table.one("every", turn) or timedelta(),
        engineers=table.many("engineers", values.code),
        only=table.one("only", only),
    )


def only(table: Table) -> Week:
    """The hours of a layer, written as opening hours are; a span may run on into the next day."""
    if all(table.lacks(name) for name in ("weekdays", *DAYS)):
        table.refuse('aucune heure; écrivez par exemple weekdays = ["18:00-08:30"], ou ôtez « only »')
    return days(table, lambda name: tuple(sorted(table.many(name, values.duty_span))))


def turn(table: Table) -> timedelta:
    """How long one person is on call: exactly one of hours, days, weeks."""
    length = timedelta(
        hours=table.take("hours", TURNS, 0),
        days=table.take("days", TURNS, 0),
        weeks=table.take("weeks", TURNS, 0),
    )
    if sum(table.has(unit) for unit in UNITS) != 1:
        table.refuse("on attend une seule durée parmi hours, days ou weeks, par exemple { weeks = 1 }")
    return length


def override(table: Table, layers: list[str]) -> Override:
    kind = table.take("kind", values.choice(Kind), Kind.REPLACE)
    named = table.take if kind is Kind.REMOVE else table.need
    read = Override(
        layer=table.need("layer", values.name, ""),
        starts=table.need("from", values.moment, values.NO_MOMENT),
        until=table.need("until", values.moment, values.NO_MOMENT),
        engineer=named("engineer", values.code, ""),
        kind=kind,
    )
    in_order(table, read.starts, read.until)
    if read.layer and read.layer not in layers:
        near = instead_of(read.layer, layers)
        table.refuse(Message("couche « %(layer)s » n'existe pas dans ce planning%(near)s", layer=read.layer, near=near))
    return read


def policy(table: Table) -> Policy:
    if table.lacks("steps"):
        table.refuse("cette politique n'a aucune étape; ajoutez « steps », sans quoi personne n'est réveillé")
    read = Policy(
        code=table.need("code", values.code, ""),
        steps=table.each("steps", step),
        remind_after=table.take("remind_after", values.a_minute_at_least, None),
        repeat_last_every=table.take("repeat_last_every", values.a_minute_at_least, REPEAT_EVERY),
    )
    for before, after in pairwise(read.steps):
        if values.NO_DURATION not in (before.after, after.after) and after.after <= before.after:
            table.refuse("les durées « after » des étapes doivent augmenter de l'une à la suivante", "steps")
            break
    return read


def step(table: Table) -> Step:
    if table.lacks("who"):
        table.refuse("personne dans cette étape; nommez une couche, un ingénieur ou « everyone » dans who")
    if table.lacks("by"):
        table.refuse("aucun moyen d'appel dans cette étape; écrivez « sms », « voice » ou les deux dans by")
    return Step(
        after=table.need("after", values.duration, values.NO_DURATION),
        who=table.many("who", values.name),
        by=table.many("by", values.choice(Channel)),
    )
