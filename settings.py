"""What the environment says: one frozen value, all faults reported at once."""

import importlib.util
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Self
from urllib.parse import SplitResult, parse_qs, urlsplit

import clock
from directory import phone_numbers

TWILIO = "https://api.twilio.com"
PORTS = range(1, 65536)
BAD_PORT = "le port, après les deux-points, est un nombre de 1 à 65535"
SMS_SENDER_LENGTH = 11  # Twilio: alphanumeric sender
OIDC = ("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "OIDC_NAME")
OIDC_NAME_LENGTH = 40  # a button on a telephone
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class SettingsFaults(Exception):
    """The environment is incomplete or wrong: every fault, each with what to do."""

    def __init__(self, faults: tuple[str, ...]):
        self.faults = faults
        super().__init__("\n".join(["Configuration incomplète ou fausse :", *(f"  - {f}" for f in faults)]))


@dataclass(frozen=True, kw_only=True)
class Settings:
    database_url: str = "sqlite:///instance/astreinte.db"
    recordings_url: str = "recordings/audio"  # a folder, or s3://bucket/prefix
    secret_key: str = field(default="", repr=False)
    public_url: str = ""  # origin by which Twilio and people reach the web process
    twilio_account_sid: str = ""
    twilio_auth_token: str = field(default="", repr=False)
    twilio_auth_token_secondary: str = field(default="", repr=False)
    twilio_api_url: str = TWILIO  # origin, without path
    twilio_sms_sender: str = ""  # E.164 or up to 11 letters and digits
    twilio_caller_id: str = ""  # E.164, owned or verified at Twilio
    smtp_url: str = field(default="", repr=False)  # none: mail waits in the outbox
    mail_from: str = ""
    imap_url: str = field(default="", repr=False)  # mailboxes, separated by blanks; none: no mail is read
    heartbeat_url: str = field(default="", repr=False)  # asked for every minute while the worker works
    oidc_issuer: str = ""  # who else may say who somebody is; none: passwords alone
    oidc_client_id: str = ""
    oidc_client_secret: str = field(default="", repr=False)
    oidc_name: str = ""  # as the button calls it
    forwarded_allow_ips: str = "127.0.0.1,::1"  # proxies whose X-Forwarded-For is believed, as gunicorn reads it
    starts_at: tuple[datetime, Path | None] | None = None  # where the clock starts, and what it waits for

    @classmethod
    def read(cls, environ: Mapping[str, str], *, line: bool) -> Self:
        """Read the environment; `line` demands all that a process of the line cannot do without.

        Raises SettingsFaults with every fault at once."""
        return cls(**_Reader(environ, line).settings())

    @property
    def real_twilio(self) -> bool:
        return self.twilio_api_url == TWILIO

    @property
    def auth_tokens(self) -> tuple[str, ...]:
        """Those that may have signed a request: the second one serves during a rotation."""
        return tuple(filter(None, (self.twilio_auth_token, self.twilio_auth_token_secondary)))

    def clock(self) -> clock.Clock:
        if self.starts_at is None:
            return clock.system
        instant, begins = self.starts_at
        return clock.held_until(instant, begins) if begins else clock.starting_at(instant)


class _Reader:
    def __init__(self, environ: Mapping[str, str], line: bool):
        self.environ, self.line = environ, line
        self.faults: list[str] = []

    def settings(self) -> dict[str, Any]:
        values: dict[str, Any] = {
            "database_url": self.one("DATABASE_URL", _database_url),
            "recordings_url": self.one("RECORDINGS_URL", _recordings_url),
            "secret_key": self.one("SECRET_KEY", _secret, needed=True),
            "public_url": self.one("PUBLIC_URL", _origin, needed=True),
            "twilio_account_sid": self.one("TWILIO_ACCOUNT_SID", _account, needed=True),
            "twilio_auth_token": self.one("TWILIO_AUTH_TOKEN", str, needed=True),
            "twilio_auth_token_secondary": self.one("TWILIO_AUTH_TOKEN_SECONDARY", str),
            "twilio_api_url": self.one("TWILIO_API_URL", _origin),
            "twilio_sms_sender": self.one("TWILIO_SMS_SENDER", _sender, needed=True),
            "twilio_caller_id": self.one("TWILIO_CALLER_ID", phone_numbers.parse, needed=True),
            "smtp_url": self.one("SMTP_URL", _smtp_url),
            "mail_from": self.one("MAIL_FROM", _address),
            "imap_url": self.one("IMAP_URL", _imap_url),
            "heartbeat_url": self.one("HEARTBEAT_URL", _web_address),
            "oidc_issuer": self.one("OIDC_ISSUER", _issuer),
            "oidc_client_id": self.one("OIDC_CLIENT_ID", str),
            "oidc_client_secret": self.one("OIDC_CLIENT_SECRET", str),
            "oidc_name": self.one("OIDC_NAME", _label),
            "forwarded_allow_ips": self.one("FORWARDED_ALLOW_IPS", _proxies),
            "starts_at": self.one("ASTREINTE_CLOCK", _start),
        }
        self.judge_together(values)
        if self.faults:
            raise SettingsFaults(tuple(self.faults))
        return {name: value for name, value in values.items() if value is not None}

    def one(self, name: str, read: Callable[[str], object], needed: bool = False) -> object:
        text = self.environ.get(name, "").strip()
        if not text:
            if needed and self.line:
                self.faults.append(f"{name} manque")
            return None
        try:
            return read(text)
        except ValueError as fault:
            self.faults.append(f"{name} : {fault}")
            return None

    def judge_together(self, values: Mapping[str, Any]) -> None:
        if values["starts_at"] and (values["twilio_api_url"] or TWILIO) == TWILIO:
            self.faults.append("ASTREINTE_CLOCK déplace l'horloge : refusé avec le vrai Twilio (TWILIO_API_URL)")
        if values["smtp_url"] and not values["mail_from"]:
            self.faults.append("MAIL_FROM manque : SMTP_URL est donnée, il faut l'adresse d'expédition")
        if values["imap_url"] and not values["smtp_url"]:
            self.faults.append("SMTP_URL manque : IMAP_URL est donnée, et un courriel reçu a une réponse")
        given = [name for name in OIDC if self.environ.get(name, "").strip()]
        if given:
            missing = [name for name in OIDC if name not in given]
            self.faults += [f"{name} manque : {given[0]} est donnée, il les faut toutes ou aucune" for name in missing]


def _proxies(text: str) -> str:
    """Addresses and networks, or all."""
    try:
        parts = [each.strip() for each in text.split(",")]
        return text if text == "*" else ",".join(str(ip_network(each, strict=False)) for each in parts if each)
    except ValueError:
        raise ValueError("des adresses ou des réseaux, séparés par des virgules, ou *, sont attendus") from None


def _database_url(text: str) -> str:
    from sqlalchemy import make_url  # slow to import, and needed soon by whoever names a database
    from sqlalchemy.exc import ArgumentError

    scheme, _, rest = text.partition("://")
    if scheme.partition("+")[0] not in ("sqlite", "postgresql", "postgres"):
        raise ValueError("sqlite:///fichier ou postgresql://… sont attendus")
    if scheme.startswith("sqlite") and not rest.strip("/"):
        raise ValueError("il manque le fichier : sqlite:///instance/astreinte.db")
    # psycopg 3 is the driver that is installed; SQLAlchemy's default is another one.
    url = text if scheme.startswith("sqlite") else f"postgresql+psycopg://{rest}"
    try:  # what it says is not repeated: there is a password in it
        port = make_url(url).port
    except ArgumentError:
        raise ValueError("l'adresse ne se lit pas ; sqlite:///fichier ou postgresql://… sont attendus") from None
    except ValueError:
        raise ValueError(BAD_PORT) from None
    if port is not None and port not in PORTS:
        raise ValueError(BAD_PORT)
    return url


def _recordings_url(text: str) -> str:
    if "://" in text and not text.startswith("s3://"):
        raise ValueError("un dossier ou s3://seau/préfixe sont attendus")
    if text.startswith("s3://") and importlib.util.find_spec("s3fs") is None:
        raise ValueError("s3:// demande un paquet de plus : pip install -r requirements-s3.txt")
    return text


def _secret(text: str) -> str:
    if len(text) < 16:
        raise ValueError("trop court, 16 caractères au moins (python -c 'import secrets; print(secrets.token_hex())')")
    return text


def _split(text: str) -> SplitResult:
    """An address in its parts, all of them legible."""
    try:
        parts = urlsplit(text)
    except ValueError:
        raise ValueError("l'adresse ne se lit pas") from None
    try:
        sound = parts.port is None or parts.port in PORTS
    except ValueError:
        sound = False
    if not sound:
        raise ValueError(BAD_PORT)
    return parts


def _origin(text: str) -> str:
    parts = _split(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError(f"« {text} » n'est pas une origine ; on attend https://hôte, sans chemin")
    if "_" in parts.hostname:
        raise ValueError("Twilio refuse les noms d'hôte avec un tiret bas")
    return f"{parts.scheme}://{parts.netloc}"


def _web_address(text: str) -> str:
    parts = _split(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("on attend une adresse https://…")
    return text


def _issuer(text: str) -> str:
    """Exactly as the provider writes itself, a last stroke included."""
    parts = _split(text)
    if not parts.hostname or "@" in parts.netloc or parts.query or parts.fragment:
        raise ValueError("on attend https://hôte ou https://hôte/chemin, sans paramètres ni mot de passe")
    if parts.scheme != "https" and (parts.scheme != "http" or parts.hostname not in LOOPBACK):
        raise ValueError("on attend https:// : l'identité des personnes ne voyage pas en clair")
    return text


def _label(text: str) -> str:
    if len(text) > OIDC_NAME_LENGTH or not text.isprintable():
        raise ValueError(f"{OIDC_NAME_LENGTH} caractères au plus, sur une ligne : c'est le nom sur le bouton")
    return text


def _account(text: str) -> str:
    if len(text) != 34 or not text.startswith("AC"):
        raise ValueError("un compte Twilio s'écrit AC suivi de 32 chiffres hexadécimaux")
    return text


def _sender(text: str) -> str:
    if text.startswith(("+", "0")):
        return phone_numbers.parse(text)
    bare = text.replace(" ", "")
    if len(text) > SMS_SENDER_LENGTH or not bare.isalnum() or not bare.isascii() or bare.isdigit():
        raise ValueError(f"« {text} » : {SMS_SENDER_LENGTH} lettres ou chiffres au plus, dont une lettre, sans accent")
    return text


def _smtp_url(text: str) -> str:
    parts = _split(text)
    if parts.scheme not in ("smtp", "smtps", "smtp+starttls") or not parts.hostname:
        raise ValueError("on attend smtp://, smtp+starttls:// ou smtps://utilisateur:mot-de-passe@hôte:port")
    return text


def _imap_url(text: str) -> str:
    for url in text.split():
        parts = _split(url)
        if parts.scheme not in ("imap", "imaps", "imap+starttls") or not parts.hostname or not parts.username:
            raise ValueError("on attend imaps://utilisateur:mot-de-passe@hôte/INBOX, ou plusieurs séparées d'un blanc")
        if strange := {name.partition("=")[0] for name in parts.query.split("&") if name} - {"escalation", "authserv"}:
            raise ValueError(f"« {min(strange)} » n'est pas une option ; il y a escalation et authserv=…")
        if "" in parse_qs(parts.query, keep_blank_values=True).get("authserv", ()):
            raise ValueError("authserv= ne nomme aucun serveur ; on attend authserv=mx.exemple.fr")
    return text


def _address(text: str) -> str:
    if text.count("@") != 1 or text.startswith("@") or text.endswith("@"):
        raise ValueError(f"« {text} » n'est pas une adresse de courriel")
    return text


def _start(text: str) -> tuple[datetime, Path | None]:
    """`2026-12-25T03:12:00Z`, or with `@file` at its end: the clock stands still until that file is there."""
    instant, _, begins = text.partition("@")
    return _instant(instant), Path(begins) if begins else None


def _instant(text: str) -> datetime:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"« {text} » n'est pas un instant ISO 8601") from None
    if instant.year not in clock.YEARS:
        raise ValueError(f"« {text} » : on attend une année de {clock.YEARS[0]} à {clock.YEARS[-1]}")
    if instant.tzinfo is None:
        raise ValueError(f"« {text} » ne dit pas son fuseau (…Z ou …+01:00)")
    return instant.astimezone(UTC)
