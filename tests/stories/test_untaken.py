"""Nobody takes it: who cannot be texted is called, no page climbs in the void, the desk or the hierarchy has it."""

import html
from collections.abc import Callable
from dataclasses import replace

import pytest

from storage.accounts.accounts import Role
from storage.directory import parse, versions
from tests.jobs.work import open_ticket
from tests.stories.night import CLIENT, loss, renamed, taken_by, tried
from tests.stories.test_waking import digits
from tests.support.phone import ING1, ING2, ING3, RESP, SAMPLE, Line
from tests.web.links import link
from tests.web.people import signed_in

MakeLine = Callable[..., Line]
TOML = SAMPLE.read_text(encoding="utf-8")
BELGIAN, HIERARCHY = "+32470123456", "+33639980901"
NIGHTS = 'only = { weekdays = ["18:00-08:30"], saturday = ["00:00-24:00"], sunday = ["00:00-24:00"] }'
ON_CALL, DESK = "appeler l'astreinte", "Le support est ouvert et en est averti"


def changed(text: str, *changes: tuple[str, str]) -> str:
    for before, after in changes:
        assert before in text, before
        text = text.replace(before, after)
    return text


NO_LEVEL = ('level = "critique"\noption_24x7 = true\n', "option_24x7 = true\n")  # nothing promised, no alarm of a clock
LAYERS_ALONE = ('  { after = "12m", who = ["everyone", "resp"],     by = ["sms", "voice"] },\n', "")
NO_FALLBACK = ('fallback = "resp"                     # nobody else: this person\n', "")
AT_NIGHT = changed(
    TOML,
    NO_LEVEL,
    LAYERS_ALONE,
    NO_FALLBACK,
    ('engineers = ["ing1", "ing2"]\n', f'engineers = ["ing1", "ing2"]\n{NIGHTS}\n'),
    ('engineers = ["ing2", "ing1"]\n', f'engineers = ["ing2", "ing1"]\n{NIGHTS}\n'),
)


def silent(line: Line, *numbers: str) -> None:
    for number in numbers:
        line.phone(number).does("answers:-")


def alerts(line: Line) -> int:
    return len(tried(line))


# ---------------------------------------------------------------- whoever cannot be reached as they wish
@pytest.mark.parametrize(
    ("phone", "number"),
    [
        pytest.param("+32 470 12 34 56", BELGIAN, id="a foreign mobile"),
        pytest.param("05 36 49 77 01", "+33536497701", id="a landline"),
    ],
)
def test_who_accepts_only_sms_that_never_arrive_is_called(make_line: MakeLine, phone: str, number: str) -> None:
    line = make_line(changed(TOML, ('phone = "06 39 98 00 02"', f'phone = "{phone}"\nby = ["sms"]')))
    line.phone(number).does("answers:1")
    loss(line)
    assert taken_by(line) == "ing2"
    assert not line.phone(number).texts()


def test_a_step_whose_only_person_has_no_telephone_is_followed_at_once(make_line: MakeLine) -> None:
    line = make_line(changed(TOML, ('phone = "06 39 98 00 02"\n', "")))
    loss(line)
    line.forward(seconds=20)
    assert {engineer for engineer, _, state in tried(line) if state != "failed"} == {"ing1"}


def test_a_last_step_that_reaches_nobody_repeats_the_last_that_does(make_line: MakeLine) -> None:
    """`secours` names somebody without a telephone, and nothing comes after it."""
    line = make_line(changed(TOML, LAYERS_ALONE, ('phone = "06 39 98 00 01"\n', "")))
    silent(line, ING2)
    loss(line)
    line.forward(minutes=8)
    before = len(line.phone(ING2).simulated.legs)
    line.forward(minutes=21)
    assert len(line.phone(ING2).simulated.legs) >= before + 2


# ---------------------------------------------------------------- nobody at all
def test_a_page_that_reaches_nobody_tells_the_hierarchys_telephones_at_once(make_line: MakeLine) -> None:
    line = make_line(changed(TOML, NO_LEVEL))
    with_nobody(line)
    line.phone(HIERARCHY).does("answers:-")
    caller = line.phone(CLIENT).calls().presses("1").presses("1").presses("1").presses("9")
    caller.hears("L'astreinte ne répond pas").does_not_hear("est prévenu").says(12)
    line.settle()
    reference = str(line.ticket()["reference"])
    line.phone(HIERARCHY).gets_sms(reference, "personne d'astreinte")
    assert len(line.phone(HIERARCHY).simulated.legs) == 1
    told = [mail for mail in line.mails() if reference in mail["subject"]]
    assert {mail["recipient"] for mail in told} >= {"support@nvl.fr", "support-escalade@idline.fr"}
    assert all(f"/tickets/{reference}" in mail["body"] for mail in told if "Personne d'astreinte" in mail["subject"])
    texts, events = len(line.phone(HIERARCHY).texts()), line.happened_to(reference)
    line.forward(hours=3)
    assert len(line.phone(HIERARCHY).texts()) == texts, "once"
    assert line.happened_to(reference) == events, "nothing is fired in the void"
    line.phone(CLIENT).gets_sms(reference, "la hiérarchie du support est prévenue")
    assert "astreinte_pages_reaching_nobody 1.0" in line.app.test_client().get("/metrics").text
    shown = signed_in(line, Role.ADMIN).gets("/")
    assert "personne ne peut être joint" in html.unescape(shown)
    line.load(TOML)
    line.forward(minutes=2)
    assert "astreinte_pages_reaching_nobody 0.0" in line.app.test_client().get("/metrics").text


def with_nobody(line: Line) -> None:
    """As a directory that was loaded before files without a telephone were refused."""
    whole = parse(changed(TOML, LAYERS_ALONE, NO_LEVEL))
    mute = tuple(replace(engineer, phone="") for engineer in whole.engineers)
    with line.database.begin() as db:
        versions.load(db, replace(whole, engineers=mute), line.clock())


def test_somebody_is_there_again_and_the_page_climbs_from_its_first_step(make_line: MakeLine) -> None:
    line = make_line()
    with_nobody(line)
    silent(line, HIERARCHY, ING1)
    loss(line)
    line.forward(hours=1)
    line.load(TOML)
    line.phone(ING2).does("answers:1")
    line.forward(minutes=2)
    assert taken_by(line) == "ing2"


def test_a_ticket_of_no_entity_reaches_nobody_and_the_hierarchy_hears_of_it(line: Line) -> None:
    silent(line, HIERARCHY)
    reference = open_ticket(line, "elsewhere")
    line.forward(minutes=5)
    line.phone(HIERARCHY).gets_sms(reference)


# ---------------------------------------------------------------- the directory changes under a page
RENAMED = [('"principal"', '"nuit"'), ('"secours"', '"renfort"')]
OTHER_ROTA = [('rota = "idline"', 'rota = "reseau"'), ('code = "idline"\ntimezone', 'code = "reseau"\ntimezone')]
ONE_STEP = changed(
    TOML,
    ('  { after = "2m",  who = ["principal"],            by = ["voice"] },\n', ""),
    ('  { after = "6m",  who = ["secours"],              by = ["sms", "voice"] },\n', ""),
    LAYERS_ALONE,
)
NEW_POLICY = [('policy = "standard"', 'policy = "nuit"'), ('code = "standard"\n# `after`', 'code = "nuit"\n# `after`')]
ING1_ALONE = 'engineers = ["ing1"]'
NO_ING2 = [('engineers = ["ing1", "ing2"]', ING1_ALONE), ('engineers = ["ing2", "ing1"]', ING1_ALONE)]
CODE2 = [('code = "ing2"', 'code = "durand"'), ('"ing2"', '"durand"')]


def without_secours(text: str) -> str:
    """The layer of reserve is gone, and so is its step."""
    layer = text.index('[[rotas.layers]]\nname = "secours"')
    text = text[:layer] + text[text.index("[[rotas.overrides]]", layer) :]
    return changed(text, ('  { after = "6m",  who = ["secours"],              by = ["sms", "voice"] },\n', ""))


EDITS = [
    pytest.param(changed(TOML, *RENAMED), id="layers renamed, with the policy"),
    pytest.param(without_secours(TOML), id="a layer removed, with its step"),
    pytest.param(changed(TOML, *OTHER_ROTA), id="the rota renamed"),
    pytest.param(ONE_STEP, id="the policy shortened"),
    pytest.param(changed(TOML, *NEW_POLICY), id="the policy renamed"),
    pytest.param(changed(TOML, *NO_ING2), id="whoever has just been rung is no more in the rota"),
    pytest.param(changed(TOML, *CODE2), id="whoever has just been rung has another code"),
    pytest.param(changed(TOML, *RENAMED, *NEW_POLICY, *OTHER_ROTA), id="all of it at once"),
]


@pytest.mark.parametrize("minutes", [pytest.param(0.5, id="after the first step"), pytest.param(8, id="at the end")])
@pytest.mark.parametrize("edited", EDITS)
def test_a_page_never_climbs_in_the_void(make_line: MakeLine, edited: str, minutes: float) -> None:
    line = make_line(changed(TOML, LAYERS_ALONE))
    silent(line, ING1, ING2, ING3, RESP)
    reference = loss(line)
    line.forward(minutes=minutes)
    rung = sum(len(line.phone(number).simulated.legs) for number in (ING1, ING2))
    line.load(edited)
    line.forward(minutes=11)
    assert sum(len(line.phone(number).simulated.legs) for number in (ING1, ING2)) > rung
    assert "nobody_to_wake" not in line.happened_to(reference)


def test_a_page_whose_entity_is_gone_goes_on_with_its_people_of_then(line: Line) -> None:
    """Also one that no call has opened, at the numbers that its people have by now."""
    silent(line, ING1, ING2)
    reference = open_ticket(line)
    line.settle()
    moved = changed(TOML, ('phone = "06 39 98 00 01"', 'phone = "06 39 98 00 51"'))
    line.load(moved)
    line.clock.forward(seconds=1)
    line.load(changed(renamed("idline", "idl"), ('phone = "06 39 98 00 01"', 'phone = "06 39 98 00 51"')))
    silent(line, "+33639980051")
    line.forward(minutes=7)
    assert line.phone("+33639980051").simulated.legs
    assert "nobody_to_wake" not in line.happened_to(reference)


def test_a_directory_from_which_everybody_of_the_rota_is_unreachable(line: Line) -> None:
    silent(line, ING2, HIERARCHY)
    reference = loss(line)
    with_nobody(line)
    line.forward(minutes=3)
    line.phone(HIERARCHY).gets_sms(reference)
    line.load(TOML)
    line.phone(ING2).does("answers:1")
    line.forward(minutes=2)
    assert taken_by(line) == "ing2"


# ---------------------------------------------------------------- the desk opens
def test_at_the_opening_it_is_the_desks(make_line: MakeLine) -> None:
    """A loss at 08:26; IDLINE opens at 08:30, and nobody is on call by day."""
    line = make_line(AT_NIGHT)
    silent(line, ING1, ING2)
    line.clock.at("2026-09-15 08:26")
    reference = loss(line)
    line.forward(minutes=3, seconds=59)
    assert [mail for mail in line.mails() if mail["ticket"] == reference] == []
    line.forward(seconds=1)
    (mail,) = line.mails()
    assert mail["recipient"] == "support@nvl.fr"
    assert f"https://astreinte.example/tickets/{reference}" in mail["body"]
    line.forward(minutes=20)
    line.phone(CLIENT).gets_sms(reference, DESK)
    assert ON_CALL not in line.phone(CLIENT).texts()[-1]
    line.phone(CLIENT).calls().presses("5").presses(digits(reference)).hears(DESK).hangs_up()
    before, events = alerts(line), line.happened_to(reference)
    line.forward(hours=8)
    assert alerts(line) == before
    assert line.happened_to(reference) == events, "no firing in the void"
    assert events.count("nobody_to_wake") == 1
    assert len(line.mails()) == 1, "told once, and the hierarchy is not woken for what a desk has"
    assert not line.phone(HIERARCHY).texts()


def test_when_it_closes_again_the_people_of_that_night_are_woken(make_line: MakeLine) -> None:
    """Monday morning ing2's week has ended; in the evening it is ing1's turn, from the first step."""
    line = make_line(AT_NIGHT)
    silent(line, ING1, ING2)
    line.clock.at("2026-09-14 08:26")
    loss(line)
    line.forward(hours=9, minutes=33)
    before = len(line.phone(ING1).simulated.legs)
    line.phone(ING1).does("answers:1")
    line.forward(minutes=3)
    assert len(line.phone(ING1).simulated.legs) == before + 1
    assert taken_by(line) == "ing1"


@pytest.mark.parametrize(
    ("at", "entity", "opens"),
    [
        pytest.param("2026-09-15 13:55", "novenc", "2026-09-15 14:00", id="lunch"),
        pytest.param("2026-05-14 12:00", "idline", "2026-05-15 08:30", id="a public holiday"),
        pytest.param("2027-05-17 08:00", "novenc", "2027-05-17 08:30", id="an extra opening on a public holiday"),
        pytest.param("2026-10-25T02:30+02:00", "idline", "2026-10-26 08:30", id="the doubled hour, first time"),
        pytest.param("2026-10-25T02:30+01:00", "idline", "2026-10-26 08:30", id="the doubled hour, second time"),
        pytest.param("2027-03-28 01:59", "idline", "2027-03-30 08:30", id="the night that skips an hour, and Easter"),
    ],
)
def test_the_mail_leaves_at_the_very_opening(make_line: MakeLine, at: str, entity: str, opens: str) -> None:
    line = make_line(changed(TOML, ('repeat_last_every = "10m"', 'repeat_last_every = "168h"')))
    silent(line, ING1, ING2, ING3, "+33639980004", RESP)
    line.clock.at(at)
    open_ticket(line, entity)
    start = line.clock.now
    line.clock.at(opens)
    until, line.clock.now = line.clock.now, start
    line.forward(seconds=(until - start).total_seconds() - 1)
    assert [mail["subject"] for mail in line.mails()] == []
    line.forward(seconds=1)
    assert ["À prendre à l'ouverture" in mail["subject"] for mail in line.mails()] == [True]
    line.forward(minutes=30)
    assert len(line.mails()) == 1


def test_a_rota_with_people_by_day_goes_on(line: Line) -> None:
    line.clock.at("2026-09-15 08:26")
    silent(line, ING1, ING2, RESP, "+33639980004")
    loss(line)
    line.forward(minutes=5)
    rung = len(line.phone(ING1).simulated.legs)
    line.forward(minutes=30)
    assert len(line.phone(ING1).simulated.legs) > rung


def test_late_the_worker_was_down_at_the_opening(make_line: MakeLine) -> None:
    line = make_line(AT_NIGHT)
    silent(line, ING1, ING2)
    line.clock.at("2026-09-15 08:26")
    loss(line)
    line.clock.at("2026-09-15 09:40")
    line.settle()
    line.forward(minutes=5)
    assert len(line.mails()) == 1


def test_given_back_in_the_morning_it_is_the_desks_again(make_line: MakeLine) -> None:
    line = make_line(AT_NIGHT)
    silent(line, ING1, ING2)
    line.clock.at("2026-09-15 08:20")
    loss(line)
    line.app.test_client().post(link(line, ING1), data={"action": "take"})
    assert taken_by(line) == "ing1"
    line.forward(minutes=30)
    assert line.mails() == []
    line.app.test_client().post(link(line, ING1), data={"action": "pass"})
    line.forward(minutes=2)
    assert len(line.mails()) == 1
