"""X-Twilio-Signature: what proves to the product that a request comes from its Twilio account."""

import base64
import hmac
from collections.abc import Mapping
from urllib.parse import urlsplit, urlunsplit


def compute(token: str, url: str, params: Mapping[str, str]) -> str:
    """Base64 of the HMAC-SHA1 of the address followed by every name and value, in the order of the names."""
    message = url + "".join(name + params[name] for name in sorted(params))
    return base64.b64encode(hmac.digest(token.encode(), message.encode(), "sha1")).decode()


def signed_url(url: str, *, drop_https_port: bool = True) -> str:
    """The address as it is signed: no fragment, no password, and no port for a voice request over https."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    if drop_https_port and parts.scheme == "https":
        host = host.partition(":")[0]
    return urlunsplit((parts.scheme, host, parts.path, parts.query, ""))
