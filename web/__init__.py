"""People's door: the link of an engineer's SMS, messages to listen to, probes; later the console and sign-in."""

from flask import Blueprint, Flask

from web import api, audio, calendar, errors, probes, shift, take
from web.outside import Outside
from web.sessions import Sessions


def register(app: Flask, outside: Outside) -> None:
    app.session_interface = Sessions()
    errors.register(app)
    app.register_blueprint(probes.blueprint(outside.database, outside.clock))
    app.register_blueprint(Blueprint("looks", __name__, static_folder="static", static_url_path="/static"))
    app.register_blueprint(take.blueprint(outside))
    app.register_blueprint(shift.blueprint(outside))
    app.register_blueprint(calendar.blueprint(outside))
    app.register_blueprint(audio.blueprint(outside))
    app.register_blueprint(api.blueprint(outside))
