"""A product of a few lines behind the door: what each address answers, and everything it was sent."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from simulator.twilio import Answer, Number, Twilio

ACCOUNT = "AC" + "0123456789abcdef" * 2
TOKEN = "un-jeton-de-test"
URL = "https://produit.example"
LINE, AFTER_HOURS = "+33586077777", "+33536490024"
CALLER, DESK, MOBILE = "+33536492001", "+33536490101", "+33639980002"

NO_CONTENT = Answer(204)


def xml(inside: str) -> Answer:
    return Answer(200, {"content-type": "text/xml"}, f"<Response>{inside}</Response>".encode())


@dataclass(frozen=True)
class Sent:
    """One request as the product received it."""

    method: str
    url: str
    form: dict[str, str]
    headers: dict[str, str]

    @property
    def path(self) -> str:
        return urlsplit(self.url).path


Page = Answer | Callable[[Sent], Answer]


@dataclass
class Product:
    """Pages by path; a path without a page answers 204, as callbacks want."""

    pages: dict[str, Page] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)

    def request(self, method: str, url: str, body: bytes, headers: dict[str, str]) -> Answer:
        encoded = body.decode() if method == "POST" else urlsplit(url).query
        form = {name: values[0] for name, values in parse_qs(encoded, keep_blank_values=True).items()}
        self.sent.append(Sent(method, url, form, headers))
        page = self.pages.get(self.sent[-1].path, NO_CONTENT)
        return page(self.sent[-1]) if callable(page) else page

    def says(self, path: str, inside: str) -> None:
        self.pages[path] = xml(inside)

    def to(self, path: str) -> list[Sent]:
        """The requests that came to one path, in order."""
        return [sent for sent in self.sent if sent.path == path]

    def last(self, path: str) -> dict[str, str]:
        """The form of the last request to a path."""
        return self.to(path)[-1].form


@dataclass
class Clock:
    now: datetime = datetime(2026, 9, 12, 20, 4, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def number(of: str) -> Number:
    hooks = f"{URL}/webhooks"
    return Number(of, f"{hooks}/voice", f"{hooks}/voice/fallback", f"{hooks}/voice/status", f"{hooks}/sms")


def pretend_twilio(product: Product, clock: Clock) -> Twilio:
    return Twilio(
        account_sid=ACCOUNT,
        auth_token=TOKEN,
        door=product,
        clock=clock,
        numbers=[number(LINE), number(AFTER_HOURS)],
        sms_senders=["NVL"],
    )
