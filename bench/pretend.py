"""A Twilio that takes 50 ms to accept anything, and remembers when it was asked: `python -m bench.pretend`.

One thread and no framework, so that it takes little of the machine it shares with the worker."""

import asyncio
import json
import sys
import time
from itertools import count
from urllib.parse import parse_qs

TAKES = 0.05  # seconds
_numbers = count(1)
_seen: list[tuple[float, str]] = []  # when asked (the kernel's monotonic clock), text of the message


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while head := await reader.readuntil(b"\r\n\r\n"):
            arrived = time.monotonic()
            first, *rest = head.decode("latin-1").split("\r\n")
            fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
            body = await reader.readexactly(int(fields.get("content-length", "0")))
            method, path, _ = first.split()
            status, answer = await _answer(method, path, body.decode(), arrived)
            content = json.dumps(answer).encode()
            heads = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
            writer.write(heads.encode() + content)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def _answer(method: str, path: str, body: str, arrived: float) -> tuple[str, object]:
    if path == "/seen":
        return "200 OK", _seen
    if path == "/forget":
        _seen.clear()
        return "200 OK", {}
    await asyncio.sleep(TAKES)
    if method == "POST":
        _seen.append((arrived, parse_qs(body).get("Body", [""])[0]))
        return "201 Created", {"sid": f"SM{next(_numbers):032x}", "status": "queued"}
    name = path.partition("?")[0].rpartition("/")[2].removesuffix(".json").lower()
    return "200 OK", {name: [], "next_page_uri": None, "page_size": 50}


async def _main() -> None:
    server = await asyncio.start_server(_serve, "127.0.0.1", 0, backlog=200)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_main())
