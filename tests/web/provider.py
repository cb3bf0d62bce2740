"""A real OpenID Connect provider on this machine: its own keys, addresses and people, and whatever it does wrong."""

import base64
import hashlib
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

CLIENT, SECRET = "astreinte", "secret-du-fournisseur"


@cache
def key_of(name: str) -> RSAKey:
    """Slow to make, so made once."""
    return RSAKey.generate_key(2048, {"kid": name, "use": "sig", "alg": "RS256"})


class Provider:
    """Who is at its page, and what it says of them; `claims` and the rest are what a story makes wrong."""

    def __init__(self, port: int) -> None:
        self.issuer = f"http://127.0.0.1:{port}"
        self.settings = {
            "OIDC_ISSUER": self.issuer, "OIDC_CLIENT_ID": CLIENT, "OIDC_CLIENT_SECRET": SECRET, "OIDC_NAME": "Mon SSO",
        }  # fmt: skip
        self.person: dict[str, Any] = {"sub": "u-1", "email": "admin@nvl.example", "email_verified": True}
        self.claims: dict[str, Any] = {}  # instead of what would be right; None leaves one out
        self.metadata: dict[str, Any] = {}
        self.userinfo: dict[str, Any] | None = None  # what is told there, and no longer in the token
        self.signs_with = self.shows = "one"
        self.algorithm = "RS256"
        self.broken: dict[str, tuple[int, bytes]] = {}  # by path
        self.asked: list[str] = []  # its paths, in order
        self._codes: dict[str, dict[str, str]] = {}

    def at_its_page(self, address: str) -> str:
        """Where somebody who has signed in there is sent back to."""
        parts = urlsplit(address)
        wish = {name: values[0] for name, values in parse_qs(parts.query).items()}
        assert address.startswith(f"{self.issuer}/authorize?")
        assert (wish["response_type"], wish["client_id"], wish["code_challenge_method"]) == ("code", CLIENT, "S256")
        assert "openid" in wish["scope"].split()
        code = f"code-{len(self._codes)}"
        self._codes[code] = wish
        return f"{wish['redirect_uri']}?code={code}&state={wish['state']}"

    def answers(self, path: str, form: dict[str, str], authorization: str) -> tuple[int, bytes]:
        self.asked.append(path)
        if path in self.broken:
            return self.broken[path]
        match path:
            case "/.well-known/openid-configuration":
                return 200, json.dumps(self._described() | self.metadata).encode()
            case "/keys":
                return 200, json.dumps(KeySet([key_of(self.shows)]).as_dict(private=False)).encode()
            case "/userinfo":
                return 200, json.dumps(self.userinfo or {"sub": self.person["sub"]}).encode()
            case "/token":
                return self._token(form, authorization)
        return 404, b"{}"

    def _described(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
        }

    def _token(self, form: dict[str, str], authorization: str) -> tuple[int, bytes]:
        """Once for each code, to who has the secret and knows what the code was asked for with."""
        wish = self._codes.pop(form.get("code", ""), None)
        ours = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        if wish is None or authorization != f"Basic {ours}" or form.get("redirect_uri") != wish["redirect_uri"]:
            return 400, b'{"error": "invalid_grant"}'
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != wish["code_challenge"]:
            return 400, b'{"error": "invalid_grant"}'
        told = {"access_token": "a", "token_type": "Bearer", "expires_in": 60, "id_token": self._signed(wish["nonce"])}
        return 200, json.dumps(told).encode()

    def _signed(self, nonce: str) -> str:
        now = int(time.time())
        right = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 60, "nonce": nonce}
        person = {"sub": self.person["sub"]} if self.userinfo is not None else self.person
        claims = {name: value for name, value in (right | person | self.claims).items() if value is not None}
        header = {"alg": self.algorithm, "kid": self.shows}
        if self.algorithm == "none":
            parts = (json.dumps(each).encode() for each in (header, claims))
            return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts) + "."
        return jwt.encode(header, claims, key_of(self.signs_with))


@contextmanager
def providing() -> Iterator[Provider]:
    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            sent = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
            form = {name: values[0] for name, values in parse_qs(sent).items()}
            authorization = self.headers.get("Authorization", "")
            status, body = provider.answers(urlsplit(self.path).path, form, authorization)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            if status == 307:
                self.send_header("Location", f"{provider.issuer}/elsewhere")
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = _answer  # noqa: N815 - the names that http.server asks for

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider = Provider(server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
