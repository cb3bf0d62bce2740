"""The provider that vouches for people, asked through Authlib: believed where it signs, in time, for us and this try.

Imported when somebody first signs in by it, for Authlib is slow to import and most lines have no provider."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import requests
import structlog
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.base_client.errors import MismatchingStateError
from authlib.integrations.flask_client import FlaskIntegration, FlaskOAuth2App
from authlib.integrations.requests_client import OAuth2Session
from flask import request, session
from joserfc.errors import JoseError
from werkzeug.wrappers import Response

from clock import Clock
from settings import Settings
from web.languages import gettext
from web.signin.identity import Identity, TurnedAway, left_by

log = structlog.get_logger()
CONNECT, READ = 3.0, 5.0  # seconds
KNOWN_FOR = timedelta(hours=1)  # then its addresses and keys are asked for anew
LEFT_ALONE = timedelta(seconds=30)  # after silence: the line's other requests do not wait behind it
LEEWAY = 60  # seconds between its clock and ours
LONGEST = 255  # of a subject, says the standard; an address is no longer
SIGNATURES = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"}
)  # fmt: skip
NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
STRANGE = (AuthlibBaseError, JoseError, LookupError, TypeError, ValueError, AttributeError, RuntimeError)


class _Wire(OAuth2Session):  # type: ignore[misc]
    """Waits for nobody long, and follows no redirect, which would carry our secret elsewhere."""

    def __init__(self, *args: Any, **more: Any):
        super().__init__(*args, **more)
        self.trust_env = False

    def request(self, *args: Any, **more: Any) -> requests.Response:
        more |= {"timeout": (CONNECT, READ), "allow_redirects": False}
        reply: requests.Response = super().request(*args, **more)
        return reply


class _Client(FlaskOAuth2App):  # type: ignore[misc]
    client_cls = _Wire


class Provider:
    """One a process; what it says of itself is asked for when it is first needed, and kept for a while."""

    def __init__(self, settings: Settings, clock: Clock):
        self.settings, self.clock = settings, clock
        self._client: _Client | None = None
        self._known_until = self._alone_until = clock()

    def sends(self, back: str) -> Response:
        """Somebody to its page, from which they come back. Raises TurnedAway."""
        client = self._known()
        for key in [key for key in session if key.startswith(left_by(""))]:
            session.pop(key)  # one try at a time, or the cookie grows
        answer: Response = client.authorize_redirect(back)
        return answer

    def tells(self) -> Identity:
        """Who has come back with this request. Raises TurnedAway."""
        client = self._known()
        try:
            return self._identity(self._claims(client))
        except MismatchingStateError:
            raise TurnedAway(gettext("Cette connexion a expiré ou a déjà servi : recommencez.")) from None
        except requests.RequestException as fault:
            silent = isinstance(fault, requests.ConnectionError | requests.Timeout)
            raise self._away(fault, LEFT_ALONE if silent else timedelta()) from fault
        except STRANGE as fault:
            if isinstance(fault, JoseError):
                self._client = None  # its keys may be others by now
            log.warning("sign-in refused", kind=type(fault).__name__, said=str(fault)[:200])
            unproven = gettext("Le fournisseur d'identité n'a pas confirmé qui vous êtes : recommencez.")
            raise TurnedAway(unproven) from fault

    def _claims(self, client: _Client) -> dict[str, Any]:
        """What is signed for us; the address may be told apart, by who has just been named."""
        issuer = self.settings.oidc_issuer
        if request.args.get("iss", issuer) != issuer:
            raise ValueError("the answer is of another issuer")
        wanted = {
            "iss": {"essential": True, "value": issuer},
            "aud": {"essential": True, "value": self.settings.oidc_client_id},
        }
        token = client.authorize_access_token(claims_options=wanted, leeway=LEEWAY)
        claims = dict(token["userinfo"])
        if "email" not in claims and "userinfo_endpoint" in client.server_metadata:
            more = client.userinfo(token=token)
            if more["sub"] != claims["sub"]:
                raise ValueError("the address is somebody else's")
            claims = dict(more) | claims
        return claims

    def _identity(self, claims: dict[str, Any]) -> Identity:
        subject, email = _legible(claims["sub"]), ""
        if not subject:
            raise ValueError("the subject is no name")
        if claims.get("email_verified") is True:
            email = _legible(claims.get("email"))
        # Letters beyond ASCII are left as they are: some become plain ones in lower case, and another's address.
        return Identity(self.settings.oidc_issuer, subject, email.lower() if email.isascii() else email)

    def _known(self) -> _Client:
        """Raises TurnedAway."""
        now = self.clock()
        if now < self._alone_until <= now + LEFT_ALONE:  # the clock may have gone back
            raise TurnedAway(_silence())
        if self._client is None or not now < self._known_until <= now + KNOWN_FOR:
            try:
                self._client = self._met()
            except (requests.RequestException, *STRANGE) as fault:
                raise self._away(fault, LEFT_ALONE) from fault
            self._known_until = now + KNOWN_FOR
        return self._client

    def _met(self) -> _Client:
        """What it says of itself: it is who we were told it is, and none of its addresses is in the clear."""
        issuer = self.settings.oidc_issuer
        with _Wire() as wire:
            address = issuer.rstrip("/") + "/.well-known/openid-configuration"
            reply = wire.request("GET", address, withhold_token=True)
        reply.raise_for_status()
        told = reply.json()
        if told["issuer"] != issuer:
            raise ValueError("the provider calls itself otherwise")
        known = {name: str(told[name]) for name in NEEDED}
        if told.get("userinfo_endpoint"):
            known["userinfo_endpoint"] = str(told["userinfo_endpoint"])
        if urlsplit(issuer).scheme == "https" and any(urlsplit(url).scheme != "https" for url in known.values()):
            raise ValueError("one of its addresses is in the clear")
        return _Client(
            FlaskIntegration("oidc"), "oidc",
            client_id=self.settings.oidc_client_id, client_secret=self.settings.oidc_client_secret,
            client_kwargs={
                "leeway": 0,  # some give a token for a minute: Authlib's own would call it too old to be used
                "scope": "openid email", "code_challenge_method": "S256",
                "token_endpoint_auth_method": _credentials(told.get("token_endpoint_auth_methods_supported")),
            },
            id_token_signing_alg_values_supported=_signatures(told), **known,
        )  # fmt: skip

    def _away(self, fault: Exception, span: timedelta) -> TurnedAway:
        log.warning("the provider of sign-in is away", kind=type(fault).__name__, said=str(fault)[:200])
        self._alone_until = self.clock() + span
        return TurnedAway(_silence())


def _silence() -> str:
    return gettext("Le fournisseur d'identité ne répond pas. Votre mot de passe sert toujours.")


def _signatures(told: dict[str, Any]) -> list[str]:
    """Only those that nobody can make who knows but what is public."""
    return sorted(SIGNATURES & set(told.get("id_token_signing_alg_values_supported") or ("RS256",)))


def _credentials(methods: list[str] | None) -> str:
    return "client_secret_post" if methods and "client_secret_basic" not in methods else "client_secret_basic"


def _legible(text: object) -> str:
    """A name that any database keeps; else empty."""
    return text if isinstance(text, str) and len(text) <= LONGEST and text.isprintable() else ""
