"""Every operation of the API, in one table: what it does, who may, what it takes and gives."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from storage.accounts.api_tokens import Scope
from web.api import rotas, tickets
from web.api.door import Act
from web.api.shapes import DECLARATION, KEY, NOTE, REFERENCE, Shape

Reference: Shape = {"type": "string", "pattern": REFERENCE}
Code: Shape = {"type": "string", "minLength": 1, "maxLength": 60}


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    name: str
    method: str
    rule: str  # below the prefix
    act: Act
    scope: Scope
    summary: str
    gives: str  # name of a shape
    many: bool = False
    status: HTTPStatus = HTTPStatus.OK
    path: Mapping[str, Shape] = field(default_factory=dict)
    query: Mapping[str, Shape] = field(default_factory=dict)
    headers: Mapping[str, Shape] = field(default_factory=dict)
    body: Shape | None = None
    takes: str = ""  # name of the body's shape


TICKET = {"reference": Reference}
OPERATIONS = (
    Operation(
        name="listTickets", method="GET", rule="/tickets", act=tickets.listed, scope=Scope.READ,
        summary="Les tickets, du plus ancien au plus récent ; l'en-tête Link mène à la page suivante.",
        gives="Ticket", many=True, query=tickets.LISTED,
    ),
    Operation(
        name="openTicket", method="POST", rule="/tickets", act=tickets.opened, scope=Scope.WRITE,
        summary="Ouvre un ticket, sans réveiller personne. Avec la même Idempotency-Key, le même ticket.",
        gives="Ticket", status=HTTPStatus.CREATED, body=DECLARATION, takes="Declaration",
        headers={"Idempotency-Key": {"type": "string", "pattern": KEY}},
    ),
    Operation(
        name="readTicket", method="GET", rule="/tickets/<reference>", act=tickets.read, scope=Scope.READ,
        summary="Un ticket.", gives="Ticket", path=TICKET,
    ),
    Operation(
        name="listEvents", method="GET", rule="/tickets/<reference>/events", act=tickets.events, scope=Scope.READ,
        summary="Ce qui est arrivé à un ticket, dans l'ordre.", gives="Event", many=True, path=TICKET,
    ),
    Operation(
        name="annotate", method="POST", rule="/tickets/<reference>/notes", act=tickets.annotated, scope=Scope.WRITE,
        summary="Ajoute une remarque à un ticket.", gives="Note", status=HTTPStatus.CREATED, path=TICKET,
        body=NOTE, takes="Note",
    ),
    Operation(
        name="onCall", method="GET", rule="/oncall", act=rotas.on_call, scope=Scope.ROTA,
        summary="Qui est d'astreinte en ce moment, entité par entité.", gives="OnCall", many=True,
    ),
    Operation(
        name="listRotas", method="GET", rule="/rotas", act=rotas.listed, scope=Scope.ROTA,
        summary="Les plannings.", gives="Rota", many=True,
    ),
    Operation(
        name="listShifts", method="GET", rule="/rotas/<rota>/shifts", act=rotas.shifts_of, scope=Scope.ROTA,
        summary="Les tours publiés d'un planning.", gives="Shift", many=True, path={"rota": Code}, query=rotas.SPAN,
    ),
)  # fmt: skip
