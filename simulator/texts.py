"""SMS both ways: the ladder of those the product sends, the webhook of those people send."""

from collections.abc import Callable
from dataclasses import dataclass

from simulator.records import Message, Sms
from simulator.twiml import TwimlRefused, read, text_of
from simulator.twiml_table import MESSAGING
from simulator.world import API_VERSION, World

GSM7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM7_DOUBLE = frozenset("^{}\\[~]|€\f")


def segments(body: str) -> int:
    """How many messages a text costs: 160 septets or 70 characters, less when it must be cut."""
    if set(body) <= GSM7 | GSM7_DOUBLE:
        length, single, part = len(body) + sum(c in GSM7_DOUBLE for c in body), 160, 153
    else:
        length, single, part = len(body.encode("utf-16-be")) // 2, 70, 67
    return 1 if length <= single else -(-length // part)


@dataclass
class Delivery:
    """A message on its way: each step is due now, its callback follows by itself."""

    world: World
    message: Message
    inbox: Callable[[str], list[Sms]]

    def start(self) -> None:
        rule = self.world.faults.strike(self.world.faults.message_rules, self.message.to)
        self.message.error_code = int(rule.kind) if rule else None
        last = "undelivered" if rule else "delivered"
        self.world.agenda.soon(lambda: self._climb("sending", "sent", last))

    def _climb(self, *ladder: str) -> None:
        message = self.message
        if message.status == "canceled":
            return
        message.status, message.updated = ladder[0], self.world.clock()
        if message.status == "sent":
            message.sent = self.world.clock()
        if message.status == "delivered":
            text = Sms(message.from_, message.body, self.world.clock(), message.sid, "delivered")
            self.inbox(message.to).append(text)
        self._tell()
        if ladder[1:]:
            self.world.agenda.soon(lambda: self._climb(*ladder[1:]))

    def _tell(self) -> None:
        message = self.message
        if not message.callback_url:
            return
        params = {
            "MessageSid": message.sid,
            "SmsSid": message.sid,
            "AccountSid": self.world.account_sid,
            "ApiVersion": API_VERSION,
            "From": message.from_,
            "To": message.to,
            "MessageStatus": message.status,
            "SmsStatus": message.status,
        }
        if message.status in ("delivered", "undelivered"):
            params["RawDlrDoneDate"] = self.world.clock().strftime("%y%m%d%H%M")
        if message.status == "undelivered" and message.error_code:
            params["ErrorCode"] = str(message.error_code)
        self.world.callback("POST", message.callback_url, params, message.status, voice=False)


def incoming(world: World, from_: str, to: str, body: str, inbox: list[Sms]) -> None:
    """A text reaches one of our numbers; what its webhook answers is sent back."""
    number = world.numbers.get(to)
    if number is None:
        raise ValueError(f"{to} ne reçoit pas de SMS : ce n'est pas un numéro du compte")
    message = Message(world.sid("SM"), from_, to, body, world.clock(), direction="inbound", status="received")
    world.messages[message.sid] = message
    if not number.sms_url:
        world.complain(f"SMS to {to}, which has no SmsUrl")
        return
    params = {
        "MessageSid": message.sid,
        "SmsSid": message.sid,
        "SmsMessageSid": message.sid,
        "AccountSid": world.account_sid,
        "From": from_,
        "To": to,
        "Body": body,
        "NumMedia": "0",
        "NumSegments": str(segments(body)),
        "ApiVersion": API_VERSION,
        "SmsStatus": "received",
        "FromCountry": "FR" if from_.startswith("+33") else "",
        "ToCountry": "FR",
    }
    reply = world.webhooks.send(number.sms_method, number.sms_url, params, voice=False)
    if reply.error:
        if number.sms_fallback_url:
            extra = {"ErrorCode": str(reply.error), "ErrorUrl": number.sms_url}
            reply = world.webhooks.send(
                number.sms_fallback_method, number.sms_fallback_url, params | extra, voice=False
            )
        if reply.error:
            return
    if reply.answer.status == 204:
        return
    try:
        document = read(reply.answer, MESSAGING)
    except TwimlRefused as refused:
        world.complain(f"{number.sms_url}: {refused}")
        return
    for warning in document.warnings:
        world.complain(f"{number.sms_url}: {warning}")
    for answer in document.root.iter("Message"):
        sent = Message(world.sid("SM"), to, from_, text_of(answer), world.clock(), "outbound-reply")
        world.messages[sent.sid] = sent
        Delivery(world, sent, lambda _number: inbox).start()
