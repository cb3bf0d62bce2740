"""People's door: the console and the portal, signing in, the links of an engineer's SMS, the API, probes."""

from flask import Flask

import web.no_authlib  # noqa: F401 # before whatever imports Flask-Security
from web import api, audio, calendar, errors, guard, layout, private, signin
from web.console import routes as console
from web.links import shift_link, ticket_link, turn_link
from web.outside import Outside
from web.portal import routes as portal
from web.sessions import Sessions


def register(app: Flask, outside: Outside) -> None:
    app.session_interface = Sessions()
    private.register(app)
    errors.register(app)
    layout.register(app, outside)
    app.register_blueprint(ticket_link.blueprint(outside))
    app.register_blueprint(shift_link.blueprint(outside))
    app.register_blueprint(turn_link.blueprint(outside))
    app.register_blueprint(calendar.blueprint(outside))
    app.register_blueprint(audio.blueprint(outside))
    app.register_blueprint(api.blueprint(outside))
    app.register_blueprint(console.blueprint(outside))
    app.register_blueprint(portal.blueprint(outside))
    signin.register(app, outside)  # whose own pages follow the looks and errors of the others
    guard.register(app)
