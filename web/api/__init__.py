"""The API of other programs: `/api/v1`, described at `/api/v1/openapi.json`; every refusal is a problem document."""

from http import HTTPStatus

from flask import Blueprint

from storage.directory.versions import NoDirectory
from web.api.description import document
from web.api.door import Door, answer
from web.api.operations import OPERATIONS
from web.api.problems import PREFIX, Refused, problem
from web.outside import Outside


def blueprint(outside: Outside) -> Blueprint:
    routes, door = Blueprint("api", __name__, url_prefix=f"{PREFIX}v1"), Door(outside)
    for operation in OPERATIONS:
        view = door.opens(operation.scope, operation.act, query=operation.query, body=operation.body)
        routes.add_url_rule(operation.rule, operation.name, view, methods=[operation.method])
    routes.add_url_rule("/openapi.json", "described", lambda: answer(document(), HTTPStatus.OK, {}))
    routes.register_error_handler(Refused, lambda fault: problem(fault.status, fault.detail, fault.faults))
    routes.register_error_handler(NoDirectory, lambda _: problem(HTTPStatus.SERVICE_UNAVAILABLE, "Aucun annuaire."))
    return routes
