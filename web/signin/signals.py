"""Signals of an application, heard as long as it is there: a signal itself outlives them all."""

from collections.abc import Callable
from typing import Any

from blinker import Signal
from flask.sansio.app import App


def listen(signal: Signal, receiver: Callable[..., Any], app: App) -> None:
    app.extensions.setdefault("astreinte_receivers", []).append(receiver)
    signal.connect(receiver, app)
