"""A letter as bytes between the reader's process and ours: plain values only, for nothing of it is trusted."""

import json
from dataclasses import replace
from typing import Any, BinaryIO

from mail.letter import Enclosed, Letter

LENGTH = 8  # bytes of a length, the most significant first


class Broken(Exception):
    """The other side has ended, or says something else."""


def send(pipe: BinaryIO, *pieces: bytes) -> None:
    """Raises OSError when nobody listens."""
    for piece in pieces:
        pipe.write(len(piece).to_bytes(LENGTH))
        pipe.write(piece)
    pipe.flush()


def receive(pipe: BinaryIO, most: int) -> bytes:
    """Raises Broken."""
    length = int.from_bytes(_exactly(pipe, LENGTH))
    if length > most:
        raise Broken
    return _exactly(pipe, length)


def _exactly(pipe: BinaryIO, length: int) -> bytes:
    read = pipe.read(length)
    if len(read) < length:
        raise Broken
    return read


def packed(letter: Letter) -> list[bytes]:
    """All but what is enclosed, then that, one by one."""
    values: dict[str, Any] = {name: getattr(letter, name) for name in Letter.__slots__}
    values["enclosed"] = [[each.name, each.type] for each in letter.enclosed]
    return [json.dumps(values).encode(), *(each.content for each in letter.enclosed)]


def received(pipe: BinaryIO, most: int) -> Letter:
    """Raises Broken. `most`: bytes of each piece."""
    try:
        values = json.loads(receive(pipe, most))
        files = [Enclosed(name=name, type=kind, content=b"") for name, kind in values.pop("enclosed")]
        plain: dict[str, Any] = {name: tuple(said) if isinstance(said, list) else said for name, said in values.items()}
        known = Letter(**plain)
    except (ValueError, TypeError, KeyError, AttributeError) as fault:
        raise Broken from fault
    return replace(known, enclosed=tuple(replace(each, content=receive(pipe, most)) for each in files))
