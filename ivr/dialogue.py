"""The dialogue, as one state machine: a stage, what answers it, and where that may lead.

Keys are part of the interface. The picture in docs/dialogue.md is drawn from STATE_RULES."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from directory.index import Directory
from ivr import bridge, client_code, existing_ticket, loss_of_service, menu, message
from ivr.call import Call, DialogueState
from ivr.decision import Decision, DialogueContext
from ivr.effects import JoinTicket, OpenTicket
from ivr.events import Event, HungUp
from ivr.facts import Facts
from ivr.steps import HangUp

Rule = Callable[[DialogueContext, Event], Decision]


@dataclass(frozen=True, slots=True)
class StateRule:
    rule: Rule
    leads_to: frozenset[DialogueState]


def _over(scene: DialogueContext, _: Event) -> Decision:
    return message.goodbye(scene, "")


def _room(rule: Rule, *leads_to: DialogueState) -> StateRule:
    return StateRule(rule, frozenset(leads_to))


S = DialogueState
_BEEP = (S.CALLBACK, S.MESSAGE)  # a withheld caller says first where to call back
_WAKE = (S.SITE, S.JOINED, S.BRIDGING, *_BEEP)

STATE_RULES: dict[DialogueState, StateRule] = {
    S.CALLED: _room(menu.rang, S.MENU, S.CODE, S.NATURE),
    S.MENU: _room(menu.after_menu, S.MENU, S.RINGING, S.NATURE, S.REFERENCE, *_BEEP),
    S.RINGING: _room(menu.after_ringing, S.RINGING, S.OVER, *_BEEP),
    S.BRIDGING: _room(bridge.after_bridging, S.BRIDGING, S.OVER, *_BEEP),
    S.NATURE: _room(menu.after_nature, S.NATURE, S.CODE, S.SERVICE, *_WAKE),
    S.CODE: _room(client_code.after_code, S.CODE, S.MENU, S.NATURE, S.SERVICE, *_WAKE),
    S.SERVICE: _room(loss_of_service.after_service, S.SERVICE, *_WAKE),
    S.SITE: _room(loss_of_service.after_site, S.SITE, S.JOINED, S.BRIDGING, *_BEEP),
    S.JOINED: _room(existing_ticket.after_joined, S.JOINED, *_BEEP),
    S.REFERENCE: _room(existing_ticket.after_reference, S.REFERENCE, S.FOLLOWED, S.MENU),
    S.FOLLOWED: _room(existing_ticket.after_followed, S.FOLLOWED, S.OVER, *_BEEP),
    S.CALLBACK: _room(message.after_callback, S.CALLBACK, S.CALLBACK_CHECK, S.MESSAGE),
    S.CALLBACK_CHECK: _room(message.after_callback_check, S.CALLBACK_CHECK, S.CALLBACK, S.MESSAGE),
    S.MESSAGE: _room(message.after_message, S.OVER),
    S.OVER: _room(_over, S.OVER),
}


def decide(book: Directory, call: Call, event: Event, facts: Facts, now: datetime) -> Decision:
    """What the caller hears next, and what is to be done; handles data only."""
    scene = DialogueContext(book, call, facts, now)
    if isinstance(event, HungUp):
        return _hung_up(scene)
    decision = STATE_RULES[call.stage].rule(scene.with_(turns=call.turns + 1), event)
    return _overtaken(decision, scene) if call.ended else decision


def _hung_up(scene: DialogueContext) -> Decision:
    """The call is over, once; whoever was choosing among covered services is served all the same."""
    if scene.call.ended:
        return Decision(scene.call, ())
    return Decision(replace(scene.call, ended=True), (), loss_of_service.left_behind(scene))


def _overtaken(decision: Decision, scene: DialogueContext) -> Decision:
    """The end of the call arrived before its last key: the order of the two changes nothing.

    A ticket that the end of the call has opened already stays the call's, and no other is opened."""
    late = loss_of_service.left_behind(replace(scene, call=decision.call))
    call, orders = decision.call, (*decision.orders, *late)
    if scene.call.ticket:
        call = replace(call, ticket=scene.call.ticket, joined=scene.call.joined)
        orders = tuple(order for order in orders if not isinstance(order, (OpenTicket, JoinTicket)))
    return Decision(call, (HangUp(),), orders)
