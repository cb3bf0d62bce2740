"""What a report lacks, and what keeps a ticket from being closed or archived."""

import re
from contextlib import nullcontext

import pytest

from tickets.closure import MailState, Part, Report, archivable, closable, lacking
from tickets.states import Kind
from tickets.transitions import TransitionRefused

WHOLE = Report(cause="Panne", actions="Réparée", prevention="Aucune")
SENT, BOUNCED = MailState.SENT, MailState.BOUNCED


@pytest.mark.parametrize(
    ("kind", "report", "absent"),
    [
        pytest.param(Kind.INCIDENT, WHOLE, (), id="whole"),
        pytest.param(Kind.INCIDENT, Report(), tuple(Part), id="nothing written"),
        pytest.param(Kind.INCIDENT, Report(cause=" \n", actions="a", prevention="p"), (Part.CAUSE,), id="only blanks"),
        pytest.param(Kind.INFORMATION_REQUEST, Report(actions="Répondu"), (), id="a question has no cause"),
        pytest.param(Kind.CHANGE_REQUEST, Report(cause="x"), (Part.ACTIONS,), id="what was changed"),
    ],
)
def test_what_a_report_lacks(kind: Kind, report: Report, absent: tuple[Part, ...]) -> None:
    assert lacking(kind, report) == absent


@pytest.mark.parametrize(
    ("report", "to", "waived", "said"),
    [
        pytest.param(WHOLE, ["a@b.example"], "", "", id="all there"),
        pytest.param(WHOLE, [], "rappelé", "", id="waived"),
        pytest.param(WHOLE, [], "", "Aucune adresse", id="nobody to write to"),
        pytest.param(Report(), ["a@b.example"], "", "Le bilan n'est pas complet", id="no report"),
    ],
)
def test_closable(report: Report, to: list[str], waived: str, said: str) -> None:
    with pytest.raises(TransitionRefused, match=said) if said else nullcontext():
        closable(Kind.INCIDENT, report, to, waived)


@pytest.mark.parametrize(
    ("mails", "waived", "said"),
    [
        pytest.param({"a": SENT}, "", "", id="its server has it"),
        pytest.param({}, "rappelé", "", id="waived"),
        pytest.param({"a": MailState.QUEUED}, "", "pas encore parti", id="waiting"),
        pytest.param({"a": BOUNCED}, "", "n'est pas arrivé (a)", id="came back"),
        pytest.param({"a": SENT, "b": MailState.REFUSED}, "", "n'est pas arrivé (b)", id="one of two refused"),
        pytest.param({}, "", "n'a pas été informé", id="nobody was told"),
        pytest.param({"a": MailState.WITHDRAWN}, "", "pas encore parti", id="withdrawn"),
    ],
)
def test_archivable(mails: dict[str, MailState], waived: str, said: str) -> None:

    with pytest.raises(TransitionRefused, match=re.escape(said)) if said else nullcontext():
        archivable(mails, waived)
