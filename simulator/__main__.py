"""`python -m simulator`: the pretend Twilio on a port of this machine."""

import argparse
import secrets
import signal
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

from simulator.post import PostOffice
from simulator.server import Server, ticking_from
from simulator.twilio import HttpDoor, Number, Twilio

HOST = "127.0.0.1"


def main(arguments: list[str] | None = None) -> int:
    """Serve until the process is told to end."""
    given = _parser().parse_args(arguments)
    public_url = given.public_url.rstrip("/")
    twilio = Twilio(
        account_sid=given.account,
        auth_token=given.token,
        door=HttpDoor(),
        clock=ticking_from(given.clock, given.clock_begins),
        numbers=[number_at(public_url, number) for number in given.number],
        sms_senders=given.sms_sender,
        api_url=f"http://{HOST}:{given.port}",
        # Another seed at each start: the product's database outlives this process, and knows the old calls.
        seed=secrets.randbits(64),
    )
    post = PostOffice(given.mail_folder, given.mail_port) if given.mail_port else None
    if post:
        post.start()
    server = Server(twilio, HOST, given.port, given.scene)
    twilio.world.api_url = f"http://{HOST}:{server.port}"  # --port 0 takes a free one
    for name in (signal.SIGTERM, signal.SIGINT):
        # From another thread: shutdown waits for the loop that this handler interrupts.
        signal.signal(name, lambda *_: threading.Thread(target=server.stop).start())
    sys.stdout.write(f"simulateur : http://{HOST}:{server.port}\n")
    sys.stdout.flush()
    server.serve()
    if post:
        post.stop()
    return 0


def number_at(public_url: str, number: str) -> Number:
    """A number of the account whose webhooks are the product's usual ones."""
    return Number(
        number,
        f"{public_url}/webhooks/voice",
        voice_fallback_url=f"{public_url}/webhooks/voice/fallback",
        status_callback=f"{public_url}/webhooks/voice/status",
        sms_url=f"{public_url}/webhooks/sms",
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("simulator", description="Un faux Twilio et ses téléphones, sur cette machine.")
    parser.add_argument("--port", type=int, default=8010)
    parser.add_argument("--public-url", required=True, help="l'adresse du produit")
    parser.add_argument("--account", required=True, help="AC… et 32 chiffres hexadécimaux")
    parser.add_argument("--token", required=True, help="le jeton qui signe les requêtes")
    parser.add_argument("--number", action="append", default=[], help="un numéro du compte, +33… (répétable)")
    parser.add_argument("--sms-sender", action="append", default=[], help="un expéditeur de SMS (répétable)")
    parser.add_argument("--mail-port", type=int, default=0, help="port du faux serveur de courriel ; sinon aucun")
    parser.add_argument("--mail-folder", type=Path, default=Path("mail"), help="où il dépose ce qu'il reçoit")
    parser.add_argument("--scene", type=Path, default=None, help="qui est à quel téléphone, pour la page (JSON)")
    parser.add_argument("--clock", type=_instant, default=None, help="instant ISO 8601 où l'horloge commence")
    parser.add_argument("--clock-begins", type=Path, default=None, help="fichier que l'horloge attend pour avancer")
    return parser


def _instant(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


if __name__ == "__main__":
    raise SystemExit(main())
