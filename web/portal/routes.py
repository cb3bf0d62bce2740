"""All pages of the portal under one name."""

from flask import Blueprint

from web.outside import Outside
from web.portal import answers, declaring, files, following


def blueprint(outside: Outside) -> Blueprint:
    routes = Blueprint("portal", __name__, url_prefix="/portal")
    files.make_room(routes)
    for subject in (following, answers, declaring):
        subject.add(routes, outside)
    return routes
