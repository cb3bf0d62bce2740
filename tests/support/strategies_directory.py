"""Directories that are valid, with names as hostile as a client's name may be."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from hypothesis import strategies as st

from directory import week
from directory.hours import Closure, Day, Opening, Span, Week
from directory.levels import Coverage, Level, Reason
from directory.model import (
    AfterHoursMode,
    Client,
    Contact,
    Contract,
    DirectoryData,
    Entity,
    EscalationContact,
    Line,
    LineKind,
    Notices,
    Organisation,
)
from directory.policies import Channel, Policy, Step
from directory.roster import Drill, Weekday
from oncall.rotas import Absence, Engineer, Kind, Layer, Override, Rota
from storage.directory import coverage

HOSTILE = (
    'Kilo & Fils <Forêt> "Ça"',
    "L'Été « à » l'œuvre",
    "C:\\chemin\\nul",
    "Société 😀 🧑‍🚒",
    "]]> <!-- <Say>",
    "{ name = 'x' } # '''\"\"\"",
    " espaces autour ",
    "\u00a0\u202finsécables",
    "ةكرش",
)
CODES = st.from_regex(r"[a-z0-9é][a-zA-Z0-9_.-]{0,8}", fullmatch=True)
EMAILS = st.from_regex(r"[a-z0-9.+'-]{1,8}@[a-z0-9-]{1,8}\.(fr|example)", fullmatch=True)
DOMAINS = st.from_regex(r"[a-z0-9-]{1,8}\.(fr|example\.com)", fullmatch=True)
NAMES = st.sampled_from(HOSTILE) | st.text(
    st.characters(exclude_categories=("Cc", "Cs", "Cn", "Zl", "Zp")), min_size=1, max_size=12
).filter(str.strip)
SPEECH = NAMES | st.sampled_from(("deux\nlignes\tet un onglet", "une ligne\u2028une autre"))
NUMBERS = st.one_of(
    st.from_regex(r"\+33[1-79][0-9]{8}", fullmatch=True),
    st.from_regex(r"\+(590(590|690)|596(596|696)|594(594|694)|262(262|269|639|692))[0-9]{6}", fullmatch=True),
    st.from_regex(r"\+4420[378][0-9]{7}", fullmatch=True),
    st.from_regex(r"\+3906[0-9]{8}", fullmatch=True),
)
TIMEZONES = st.sampled_from(("Europe/Paris", "Indian/Reunion", "America/Guadeloupe"))
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)).map(lambda m: m.replace(microsecond=0))  # noqa: DTZ001
DATES = st.dates(date(2020, 1, 1), date(2035, 1, 1))
DURATIONS = st.integers(1, 200_000).map(lambda seconds: timedelta(seconds=seconds))
TURNS = st.builds(
    timedelta,
    hours=st.sampled_from((0, 1, 12, 24, 36)),
    days=st.sampled_from((1, 2)),
    weeks=st.integers(0, 4),
)


def several(strategy: st.SearchStrategy[str], least: int = 0, most: int = 3) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(strategy, min_size=least, max_size=most, unique=True).map(tuple)


def of(codes: tuple[str, ...], least: int = 0) -> st.SearchStrategy[tuple[str, ...]]:
    """Some of these codes, in any order."""
    return several(st.sampled_from(codes), least) if codes else st.just(())


@st.composite
def days(draw: st.DrawFn) -> Day:
    """Spans that follow each other, to the minute, midnight included."""
    marks = sorted(draw(st.sets(st.integers(0, 1440), max_size=6)))
    return tuple(Span(_clock(a), _clock(b)) for a, b in zip(marks[::2], marks[1::2], strict=False))


def _clock(minute: int) -> time:
    return time(minute // 60 % 24, minute % 60)


@st.composite
def weeks(draw: st.DrawFn) -> Week:
    if draw(st.booleans()):
        day = draw(days())
        return (day, day, day, day, day, (), ())
    return draw(st.tuples(*[days()] * 7))


ORGANISATIONS = st.builds(
    Organisation,
    name=NAMES,
    timezone=TIMEZONES,
    language=st.sampled_from(("fr-FR", "fr-CA", "en-GB")),
    voice=st.just("") | st.just("Polly.Lea-Neural") | NAMES,
    holidays=st.sampled_from(("FR", "FR-57", "FR-6AE", "BE")),
    ticket_prefix=st.from_regex(r"[A-Z]{1,6}", fullmatch=True),
    portal_url=st.sampled_from(("", "https://portail.example.test", "http://127.0.0.1:8000/portail?a=1&b=2")),
    support_email=st.just("") | EMAILS,
    escalation_email=st.just("") | EMAILS,
    inform_callers=st.booleans(),
    call_back=st.booleans(),
    rota_notices=st.sampled_from(Notices),
)


def lines() -> st.SearchStrategy[tuple[Line, ...]]:
    line = st.builds(Line, number=NUMBERS, kind=st.sampled_from(LineKind), greeting=SPEECH, hours=st.none() | weeks())
    return st.lists(line, min_size=1, max_size=3, unique_by=lambda line: line.number).map(tuple)


@st.composite
def entities(draw: st.DrawFn, rotas: tuple[str, ...], policies: tuple[str, ...]) -> tuple[Entity, ...]:
    keys = sorted(draw(st.sets(st.integers(1, 4), min_size=1)))
    codes = draw(several(CODES, len(keys), len(keys)))
    entity = st.builds(
        Entity,
        key=st.just(0),
        code=st.just(""),
        name=NAMES,
        activity=st.just("") | NAMES,
        spoken=SPEECH,
        hours=weeks(),
        team=several(NUMBERS),
        ring_seconds=st.integers(5, 60),
        desk_email=st.just("") | EMAILS,
        after_hours_mode=st.sampled_from(AfterHoursMode),
        page_unverified=st.booleans(),
        rota=st.sampled_from(("", *rotas)),
        policy=st.sampled_from(("", *policies)),
        services=several(NAMES),
    )
    return tuple(_numbered(draw(entity), key, code) for key, code in zip(keys, codes, strict=True))


def _numbered(entity: Entity, key: int, code: str) -> Entity:
    values = {name: getattr(entity, name) for name in Entity.__dataclass_fields__}
    return Entity(**{**values, "key": key, "code": code})


@st.composite
def exceptions(draw: st.DrawFn, codes: tuple[str, ...]) -> dict[str, Any]:
    starts = draw(MOMENTS)
    return {
        "starts": starts,
        "until": starts + draw(DURATIONS),
        "entity": draw(st.sampled_from((None, *codes))),
        "reason": draw(st.just("") | NAMES),
    }


def levels() -> st.SearchStrategy[tuple[Level, ...]]:
    level = st.builds(
        Level,
        code=CODES,
        respond_within=st.none() | DURATIONS,
        restore_within=st.none() | DURATIONS,
        coverage=st.sampled_from(Coverage),
        pausing=st.lists(st.sampled_from(Reason), unique=True).map(tuple),
        warning=st.integers(1, 99),
    )
    return st.lists(level, max_size=2, unique_by=lambda level: level.code).map(tuple)


CONTACTS = st.builds(Contact, name=NAMES, phones=several(NUMBERS), email=st.just("") | EMAILS)


@st.composite
def clients(draw: st.DrawFn, code: str, offers: tuple[tuple[str, str], ...], levels: tuple[str, ...]) -> Client:
    sites = draw(several(NAMES))
    sold = draw(st.lists(st.sampled_from(offers), max_size=3, unique=True)) if offers else []
    contracts: list[Contract] = []
    for entity, service in sold:
        starts = draw(DATES)
        until = draw(st.none() | st.dates(starts, date(2036, 1, 1)))
        level, option = draw(st.sampled_from(("", *levels))), draw(st.booleans())
        contract = Contract(
            entity=entity,
            service=service,
            level=level,
            option_24x7=option,
            starts=starts,
            until=until,
            sites=draw(of(sites)),
        )
        contracts.append(contract)
        if until and draw(st.booleans()):  # renewed the day after
            contracts.append(Contract(entity=entity, service=service, starts=until + timedelta(1)))
    return Client(
        code=code,
        name=draw(NAMES),
        emails=draw(several(DOMAINS)),
        contacts=tuple(draw(st.lists(CONTACTS, max_size=2))),
        sites=sites,
        contracts=tuple(contracts),
    )


CHANNELS = st.lists(st.sampled_from(Channel), min_size=1, max_size=2, unique=True).map(tuple)
CLOCKS = st.integers(0, 1439).map(_clock)
DUTY_DAYS = st.lists(st.builds(week.Span, CLOCKS, CLOCKS), max_size=2).map(lambda spans: tuple(sorted(spans)))


@st.composite
def duty_weeks(draw: st.DrawFn) -> week.Week:
    """With an hour at least, some day."""
    same, rest = draw(DUTY_DAYS.filter(bool)), draw(DUTY_DAYS)
    return (
        (same, same, same, same, same, rest, rest)
        if draw(st.booleans())
        else (same, *draw(st.tuples(*[DUTY_DAYS] * 6)))
    )


@st.composite
def engineers(draw: st.DrawFn, code: str, entities: tuple[str, ...]) -> Engineer:
    phone = draw(st.just("") | NUMBERS)
    away = draw(st.lists(st.tuples(MOMENTS, DURATIONS, st.just("") | NAMES), max_size=2))
    return Engineer(
        code=code,
        name=draw(NAMES),
        phone=phone,
        phones=draw(several(NUMBERS)) if phone else (),
        by=draw(CHANNELS),
        email=draw(st.just("") | EMAILS),
        entities=draw(of(entities)),
        absences=tuple(Absence(starts=at, until=at + length, reason=reason) for at, length, reason in away),
    )


@st.composite
def rotas(draw: st.DrawFn, code: str, layers: tuple[str, ...], engineers: tuple[str, ...]) -> Rota:
    names = draw(of(layers))
    overrides = []
    for name in draw(of(names)):
        starts = draw(MOMENTS)
        kind = draw(st.sampled_from(Kind))
        engineer = draw(st.sampled_from(("", *engineers) if kind is Kind.REMOVE else engineers))
        overrides.append(
            Override(layer=name, starts=starts, until=starts + draw(DURATIONS), engineer=engineer, kind=kind)
        )
    return Rota(
        code=code,
        timezone=draw(TIMEZONES),
        fallback=draw(st.sampled_from(engineers if not names else ("", *engineers))),
        responsible=draw(st.sampled_from(("", *engineers))),
        takeup_before=draw(st.none() | st.integers(10, 48 * 60).map(lambda minutes: timedelta(minutes=minutes))),
        drill=draw(st.none() | st.builds(Drill, day=st.sampled_from(Weekday), at=st.integers(0, 1439).map(_clock))),
        layers=tuple(
            Layer(
                name=name,
                starts=draw(MOMENTS),
                every=draw(TURNS),
                engineers=draw(of(engineers, least=1)),
                only=draw(st.none() | duty_weeks()),
            )
            for name in names
        ),
        overrides=tuple(overrides),
    )


@st.composite
def policies(draw: st.DrawFn, code: str, names: tuple[str, ...]) -> Policy:
    afters = sorted(draw(st.sets(st.integers(0, 7200), min_size=1, max_size=4)))
    return Policy(
        code=code,
        steps=tuple(
            Step(after=timedelta(seconds=after), who=draw(of(names, least=1)), by=draw(CHANNELS)) for after in afters
        ),
        remind_after=draw(st.none() | DURATIONS.map(lambda span: max(span, timedelta(minutes=1)))),
        repeat_last_every=max(draw(DURATIONS), timedelta(minutes=1)),
    )


@st.composite
def directories(draw: st.DrawFn) -> DirectoryData:
    """Whatever `storage.directory` must take in and give back unchanged."""
    engineer_codes = draw(several(CODES.map("ing-".__add__), 1))
    layer_names = draw(several(NAMES.filter(lambda name: "/" not in name).map("couche ".__add__)))
    rota_codes, policy_codes = draw(several(CODES)), draw(several(CODES))
    all_rotas = tuple(draw(rotas(code, layer_names, engineer_codes)) for code in rota_codes)
    reachable = (*{layer.name for rota in all_rotas for layer in rota.layers}, *engineer_codes, "everyone")
    all_entities = draw(entities(rota_codes, policy_codes))
    codes = tuple(entity.code for entity in all_entities)
    all_levels = draw(levels())
    offers = tuple((entity.code, service) for entity in all_entities for service in entity.services)
    client_codes = draw(several(st.from_regex(r"[0-9]{6}", fullmatch=True)))
    level_codes = tuple(level.code for level in all_levels)
    escalation = st.builds(
        EscalationContact,
        order=st.integers(1, 9),
        role=NAMES,
        phones=several(NUMBERS),
        email=st.just("") | EMAILS,
        services=of(tuple(f"{entity}/{service}" for entity, service in offers)),
    )
    made = DirectoryData(
        organisation=draw(ORGANISATIONS),
        lines=draw(lines()),
        entities=all_entities,
        closures=tuple(Closure(**values) for values in draw(st.lists(exceptions(codes), max_size=2))),
        openings=tuple(Opening(**values) for values in draw(st.lists(exceptions(codes), max_size=2))),
        levels=all_levels,
        clients=tuple(draw(clients(code, offers, level_codes)) for code in client_codes),
        engineers=tuple(draw(engineers(code, codes)) for code in engineer_codes),
        rotas=all_rotas,
        policies=tuple(draw(policies(code, reachable)) for code in policy_codes),
        escalation_contacts=tuple(draw(st.lists(escalation, max_size=2))),
    )
    return _heard(made)


def _heard(directory: DirectoryData) -> DirectoryData:
    """With a telephone in every layer and step: a file without one is refused."""
    given = {names[0] for names in coverage.silent(directory)}
    people = (replace(each, phone="+33639980001") if each.code in given else each for each in directory.engineers)
    return replace(directory, engineers=tuple(people))
