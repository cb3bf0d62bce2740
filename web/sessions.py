"""The session of whoever signs in; Twilio has none, and does not pay for it."""

from flask import Flask, Request, Response
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin


class Sessions(SecureCookieSessionInterface):
    """Flask's own, but what reads a cookie is only made where there is one."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if "Cookie" in request.headers or not app.secret_key:
            return super().open_session(app, request)
        return self.session_class()

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if session.accessed or session.modified:  # else there is nothing to keep, nor to say of it
            super().save_session(app, session, response)
