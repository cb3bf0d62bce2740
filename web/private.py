"""Pages whose address is their permission: kept by nobody, shown in nobody's frame, told to no other site."""

from flask import Response

HEADERS = {
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; media-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
}


def private(answer: Response) -> Response:
    answer.headers.update(HEADERS)
    return answer
