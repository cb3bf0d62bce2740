"""Accounts, for admins: inviting somebody, changing what they may do, shutting them out."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_babel import force_locale
from flask_login import current_user
from sqlalchemy import Connection, Row
from werkzeug.wrappers import Response

from directory.index import Directory
from notifications.recipients import ADDRESS
from oncall import coverage
from storage.accounts import accounts as kept
from storage.accounts import audit_log
from storage.accounts.accounts import ROLES, Role, Unsound
from storage.accounts.audit_log import Done
from storage.mail import mail_outbox
from web.languages import LOCALES, gettext, translated
from web.outside import Outside
from web.params import legible
from web.signin import invitations
from web.signin.addresses import spelled

FIELDS = {"roles": "rôles", "name": "nom", "engineer": "ingénieur", "client": "client", "entities": "plannings"}
FROM = {"network": "depuis"}
DONE = {
    "change": Done.CHANGED, "disable": Done.CLOSED, "enable": Done.REOPENED, "sign_out": Done.SIGNED_OUT,
    "forget_factor": Done.FACTOR_FORGOTTEN, "forget_identity": Done.IDENTITY_FORGOTTEN, "invite": Done.INVITED,
}  # fmt: skip


def add(routes: Blueprint, outside: Outside) -> None:
    def keeps() -> None:
        """Whoever may make an admin is one of the whole."""
        if not current_user.keeps_the_whole:
            abort(HTTPStatus.FORBIDDEN)

    @routes.get("/accounts")
    def accounts() -> str:
        keeps()
        return _listed(outside)

    @routes.post("/accounts")
    def add_account() -> str | Response:
        """What is refused is asked again, as it was filled in."""
        keeps()
        email = spelled(request.form.get("email", "").strip()[:200]) or ""
        try:
            if not ADDRESS.fullmatch(email):
                raise Unsound(gettext("Cette adresse ne se lit pas."))
            with outside.database.begin() as db:
                said = _said(outside.shelf.newest(db))
                number = kept.add(db, email, now=outside.clock(), **said)
                audit_log.note(db, number, Done.INVITED, current_user.who, outside.clock())
                invite(outside, db, number)
        except Unsound as refusal:
            return _listed(outside, translated(refusal.said))
        flash(gettext("Invitation envoyée à %(email)s, valable une semaine.", email=email), "done")
        return redirect(url_for("console.account", number=number), HTTPStatus.SEE_OTHER)

    @routes.get("/accounts/<int(max=999999999):number>")
    def account(number: int) -> str:
        keeps()
        with outside.database.read() as db:
            row, book = _found(db, number), outside.shelf.newest(db)
            told = _told(db, book, number)
        link = "" if row.password else invitations.address(outside.settings, row.fs_uniquifier)
        return render_template("console/account.html", row=row, book=book, roles=ROLES, link=link, told=told)

    @routes.post("/accounts/<int(max=999999999):number>")
    def change_account(number: int) -> Response:
        """One thing at a time; nobody shuts themselves out."""
        keeps()
        act = request.form.get("act", "")
        try:
            with outside.database.begin() as db:
                kept.lock_accounts(db)
                row = _found(db, number)
                if row.id == current_user.id and act != "sign_out":
                    raise Unsound(gettext("Votre propre compte se change par quelqu'un d'autre."))
                _do(outside, db, row, act)
                kept.somebody_keeps_the_whole(db)
                details = _changes(row, _found(db, number)) if act == "change" else {}
                audit_log.note(db, number, DONE[act], current_user.who, outside.clock(), details)
        except Unsound as refusal:
            flash(translated(refusal.said), "refused")
        else:
            flash(gettext("Enregistré."), "done")
        return redirect(url_for("console.account", number=number), HTTPStatus.SEE_OTHER)


def _changes(before: Row[Any], after: Row[Any]) -> dict[str, list[Any]]:
    """What was and what is, of what is not the same any more."""
    pairs = {name: [getattr(before, name), getattr(after, name)] for name in FIELDS}
    return {name: [was or "", is_ or ""] for name, (was, is_) in pairs.items() if (was or "") != (is_ or "")}


def _told(db: Connection, book: Directory, number: int | None = None) -> list[dict[str, Any]]:
    """What was done to accounts, the newest first, in words."""
    names = kept.names(db, book)

    def by(who: str) -> str:
        return (names.get(who) or coverage.name(book, who)) if who else ""

    return [
        {
            "at": row.at, "account": row.account, "email": row.email, "said": audit_log.WRITTEN[row.kind],
            "by": by(row.who),
            "details": {FIELDS[name]: _spelled_out(name, row.details[name]) for name in FIELDS if name in row.details},
            "whence": {FROM[name]: row.details[name] for name in FROM if name in row.details},
        }
        for row in audit_log.listed(db, number)
    ]  # fmt: skip


def _spelled_out(field: str, pair: list[Any]) -> list[str]:
    said = [[value] if isinstance(value, str) else value for value in pair]
    words = [[gettext(ROLES[Role(each)]) if field == "roles" and each else each for each in one] for one in said]
    return [", ".join(filter(None, one)) or "—" for one in words]


def _listed(outside: Outside, refusal: str = "") -> str:
    form = request.form
    filled = {name: form.get(name, "") for name in ("email", "name", "engineer", "client")}
    row = filled | {name: form.getlist(name) for name in ("roles", "entities")} if refusal else None
    with outside.database.read() as db:
        listed, book = kept.listed(db), outside.shelf.newest(db)
        told = _told(db, book)
    return render_template(
        "console/accounts.html", listed=listed, book=book, roles=ROLES, row=row, refusal=refusal, told=told
    )


def invite(outside: Outside, db: Connection, number: int) -> None:
    """The address by which somebody chooses a password, by mail."""
    row = _found(db, number)
    book = outside.shelf.newest(db)
    name, link = book.organisation.name, invitations.address(outside.settings, row.fs_uniquifier)
    with force_locale(row.locale or LOCALES[0]):  # theirs, not that of whoever invites them
        client = book.client(row.client or "")
        said = _for_client(name, client.name, link) if client else _for_us(name, link)
    mail_outbox.queue(db, row.email, said, f"invitation.{row.fs_uniquifier}", outside.clock())


def _for_us(name: str, link: str) -> mail_outbox.Text:
    text = gettext(
        "Bonjour,\n\nUn compte est à vous sur l'astreinte de %(name)s."
        " Choisissez votre mot de passe dans la semaine :\n\n%(link)s\n",
        name=name, link=link,
    )  # fmt: skip
    return gettext("Votre compte : %(name)s", name=name), text


def _for_client(name: str, client: str, link: str) -> mail_outbox.Text:
    """Who invites, what for, and how long the link is good."""
    text = gettext(
        "Bonjour,\n\nLe support de %(name)s vous ouvre son portail, au nom de %(client)s."
        " Vous y déclarez un incident, posez une question ou demandez une modification,"
        " et vous y suivez vos demandes jusqu'à leur clôture.\n\n"
        "Pour y entrer, choisissez votre mot de passe. Ce lien est valable une semaine et sert une fois :\n\n"
        "%(link)s\n\nEnsuite, on se connecte avec cette adresse et ce mot de passe.\n\nLe support de %(name)s\n",
        name=name, client=client, link=link,
    )  # fmt: skip
    return gettext("Votre accès au portail du support : %(name)s", name=name), text


def _do(outside: Outside, db: Connection, row: Row[Any], act: str) -> None:
    """Raises Unsound."""
    match act:
        case "change":
            said = _said(outside.shelf.newest(db))
            kept.check(said["roles"], said["engineer"], said["client"])
            kept.change(db, row.id, said | {"roles": sorted(said["roles"])})
            kept.sign_out(db, row.id)  # what they may do is asked anew
        case "disable" | "enable":
            kept.change(db, row.id, {"active": act == "enable"})
            kept.sign_out(db, row.id)
        case "sign_out":
            kept.sign_out(db, row.id)
        case "forget_factor":
            kept.change(db, row.id, kept.NO_FACTOR)
            kept.sign_out(db, row.id)
        case "forget_identity":
            kept.change(db, row.id, kept.NO_IDENTITY)
            kept.sign_out(db, row.id)
        case "invite":
            kept.change(db, row.id, {"password": None, **kept.NO_IDENTITY})
            kept.sign_out(db, row.id)
            invite(outside, db, row.id)
        case _:
            abort(HTTPStatus.BAD_REQUEST)


def _said(book: Directory) -> dict[str, Any]:
    """What the form says, in the directory's codes; of a role that is not given, nothing. Raises Unsound."""
    form = request.form
    roles = {Role(role) for role in form.getlist("roles") if role in list(Role)}
    engineer = form.get("engineer") or None if Role.ENGINEER in roles else None
    client = form.get("client") or None if Role.CLIENT in roles else None
    entities = form.getlist("entities") if Role.ADMIN in roles else []
    if engineer and book.engineer(engineer) is None:
        raise Unsound(gettext("Cet ingénieur n'est pas dans l'annuaire."))
    if client and book.client(client) is None:
        raise Unsound(gettext("Ce client n'est pas dans l'annuaire."))
    if any(book.known_entity(entity) is None for entity in entities):
        raise Unsound(gettext("Cette entité n'est pas dans l'annuaire."))
    name = legible(form.get("name", ""))
    return {"roles": roles, "name": name, "engineer": engineer, "client": client, "entities": entities}


def _found(db: Connection, number: int) -> Row[Any]:
    return kept.find(db, id=number) or abort(HTTPStatus.NOT_FOUND)
