"""Who may do what: one table of every route. What is not in it is refused, and fails the tests."""

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum

from werkzeug.routing import Rule

from storage.accounts.accounts import Role


class Door(StrEnum):
    """What else than an account opens a route."""

    TWILIO = "twilio"  # signed by Twilio
    LINK = "link"  # the address itself is the permission
    PROGRAM = "program"  # with a token
    ANYBODY = "anybody"  # nothing in it is anybody's
    SIGNED_OUT = "signed out"  # how one signs in


Who = Door | Collection[Role]
STAFF = frozenset({Role.ADMIN, Role.ENGINEER, Role.DESK})
ADMIN = frozenset({Role.ADMIN})
CLIENT = frozenset({Role.CLIENT})
EVERYBODY = STAFF | CLIENT

BLUEPRINTS: Mapping[str, Who] = {
    "calls": Door.TWILIO,
    "alert": Door.TWILIO,
    "team": Door.TWILIO,
    "recordings": Door.TWILIO,
    "texts": Door.TWILIO,
    "messages": Door.TWILIO,
    "take": Door.LINK,
    "shift": Door.LINK,
    "handover": Door.LINK,
    "calendar": Door.LINK,
    "audio": Door.LINK,
    "api": Door.PROGRAM,
    "probes": Door.ANYBODY,
    "looks": Door.ANYBODY,
    "bootstrap": Door.ANYBODY,
    "invitations": Door.LINK,
    "oidc": Door.SIGNED_OUT,
}
ROUTES: Mapping[str, Who] = {
    # ---------------------------------------------------------------- signing in
    "security.static": Door.ANYBODY,
    "security.login": Door.SIGNED_OUT,
    "security.logout": Door.SIGNED_OUT,
    "security.forgot_password": Door.SIGNED_OUT,
    "security.reset_password": Door.SIGNED_OUT,
    "security.two_factor_token_validation": Door.SIGNED_OUT,
    "security.two_factor_rescue": Door.SIGNED_OUT,
    "security.tf_select": Door.SIGNED_OUT,
    "security.mf_recovery": Door.SIGNED_OUT,
    "security.verify": EVERYBODY,
    "security.change_password": EVERYBODY,
    "security.two_factor_setup": EVERYBODY,
    "security.two_factor_setup_validate": EVERYBODY,
    "security.mf_recovery_codes": EVERYBODY,
    # ---------------------------------------------------------------- the console
    "console.home": EVERYBODY,  # a client's is the portal
    "console.now": STAFF,
    "console.me": EVERYBODY,
    "console.change_me": EVERYBODY,
    "console.sign_out_everywhere": EVERYBODY,
    "console.end_session": EVERYBODY,
    "console.give_calendar": frozenset({Role.ENGINEER}),
    "console.revoke_calendar": frozenset({Role.ENGINEER}),
    "console.tickets": STAFF,
    "console.ticket": STAFF,
    "console.act": STAFF,
    "console.proof": STAFF,
    "console.report": STAFF,
    "console.listen": STAFF,
    "console.attachment": STAFF,
    "console.calls": STAFF,
    "console.call": STAFF,
    "console.call_handled": STAFF,
    "console.call_figures": STAFF,
    "console.call_figures_csv": STAFF,
    "console.rota": STAFF,
    "console.year": STAFF,
    "console.change_rota": frozenset({Role.ADMIN, Role.ENGINEER}),
    "console.ask_handover": frozenset({Role.ADMIN, Role.ENGINEER}),
    "console.withdraw_handover": frozenset({Role.ADMIN, Role.ENGINEER}),
    "console.rota_for_the_wall": STAFF,
    "console.standby": frozenset({Role.ADMIN, Role.ENGINEER}),
    "console.month_of": frozenset({Role.ADMIN, Role.ENGINEER}),  # an engineer: their own
    "console.receive_notices": frozenset({Role.ENGINEER}),
    "console.declare_work": frozenset({Role.ADMIN, Role.ENGINEER}),
    "console.withdraw_work": frozenset({Role.ADMIN, Role.ENGINEER}),
    "console.issue_statement": ADMIN,
    "console.statement": frozenset({Role.ADMIN, Role.ENGINEER}),
    "console.reports": STAFF,
    "console.report_rows": STAFF,
    "console.report_csv": STAFF,
    "console.directory": STAFF,
    "console.open_days": STAFF,
    "console.prompts": STAFF,
    "console.what_if": STAFF,
    "console.add_item": ADMIN,
    "console.edit_item": frozenset({Role.ADMIN, Role.ENGINEER}),  # an engineer: their own numbers and absences
    "console.export_directory": ADMIN,
    "console.import_directory": ADMIN,
    "console.versions": STAFF,
    "console.restore": ADMIN,
    "console.accounts": ADMIN,
    "console.add_account": ADMIN,
    "console.account": ADMIN,
    "console.change_account": ADMIN,
    # ---------------------------------------------------------------- the portal
    "portal.requests": CLIENT,
    "portal.declare": CLIENT,
    "portal.request_": CLIENT,
    "portal.answer": CLIENT,
    "portal.escalate": CLIENT,
    "portal.report": CLIENT,
    "portal.attachment": CLIENT,
}


def who_may(endpoint: str | None) -> Who | None:
    """None for a route that nobody has thought of."""
    if endpoint is None:
        return Door.ANYBODY  # there is no such page
    return ROUTES.get(endpoint) or BLUEPRINTS.get(endpoint.partition(".")[0])


def is_for_people(endpoint: str | None) -> bool:
    """Whether somebody's session matters there: also where there is no page, for what is said then."""
    door = who_may(endpoint)
    return endpoint is None or door is Door.SIGNED_OUT or not isinstance(door, Door)


def open_addresses(rules: Iterable[Rule]) -> dict[str, frozenset[str]]:
    """Where somebody without an account is answered: the first part of the path, and how its routes are opened.

    What a proxy has to let through to the outside; nothing that wants an account lies below one of these."""
    found: dict[str, set[str]] = {}
    for rule in rules:
        door = who_may(rule.endpoint)
        if isinstance(door, Door):
            found.setdefault(_first_part(rule), set()).add(door)
    return {part: frozenset(doors) for part, doors in sorted(found.items())}


def wants_an_account(rules: Iterable[Rule]) -> frozenset[str]:
    """The first parts of all other paths."""
    return frozenset(_first_part(rule) for rule in rules if not isinstance(who_may(rule.endpoint), Door))


def _first_part(rule: Rule) -> str:
    return "/" + rule.rule.removeprefix("/").partition("/")[0]
