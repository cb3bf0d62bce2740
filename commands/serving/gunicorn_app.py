"""gunicorn with our application, in this very process: what the checks have imported is not imported again."""

from typing import Any

from flask import Flask
from gunicorn.app.base import Application

from commands import SERVER
from wsgi import create_app


class Web(Application):  # type: ignore[misc]  # gunicorn is not typed
    """Settings come from gunicorn.conf.py beside wsgi.py; those given here are stronger."""

    def __init__(self, **options: Any):
        self.options = {name: value for name, value in options.items() if value is not None}
        super().__init__(prog="astreinte serve")

    def load_config(self) -> None:
        self.load_config_from_file(str(SERVER))
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        return create_app()
