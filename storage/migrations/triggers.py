"""What the database itself refuses, whoever asks: rewriting a ticket's instants, touching an event."""

from collections.abc import Sequence

from sqlalchemy import Connection

WRITE_ONCE = {"tickets": ("reference", "received_at", "opened_at")}
APPEND_ONLY = ("events",)
AS_WRITTEN = ("notices", "interventions", "statements", "receipts")


def create(db: Connection) -> None:
    for statement in _sqlite() if db.dialect.name == "sqlite" else _postgresql():
        db.exec_driver_sql(statement)


# All of an event but its details, which may be erased: the seal is over their digest.
SEALED = ("position", "ticket", "at", "kind", "who", "details_digest", "previous", "digest")
ERASED = "null"  # JSON


def let_details_be_erased(db: Connection) -> None:
    """An event's details may become nothing, and nothing else of it may change."""
    sqlite = db.dialect.name == "sqlite"
    differs = "IS NOT" if sqlite else "IS DISTINCT FROM"
    changed = " OR ".join(f"OLD.{column} {differs} NEW.{column}" for column in SEALED)
    refused = f"{changed} OR NEW.details {differs} '{ERASED}'"
    if sqlite:
        db.exec_driver_sql("DROP TRIGGER events_no_update")
        db.exec_driver_sql(
            f"CREATE TRIGGER events_no_update BEFORE UPDATE ON events WHEN {refused} "
            "BEGIN SELECT RAISE(ABORT, 'events is append-only'); END"
        )
        return
    db.exec_driver_sql("DROP TRIGGER events_append_only ON events")
    for verb, condition in (("UPDATE", f"WHEN ({refused}) "), ("DELETE", "")):
        db.exec_driver_sql(
            f"CREATE TRIGGER events_no_{verb.lower()} BEFORE {verb} ON events FOR EACH ROW {condition}"
            "EXECUTE FUNCTION astreinte_refuse()"
        )


def keep_as_written(db: Connection, tables: Sequence[str]) -> None:
    """Rows of these are added, and never touched."""
    for table in tables:
        for verb in ("UPDATE", "DELETE"):
            does = (
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
                if db.dialect.name == "sqlite"
                else "FOR EACH ROW EXECUTE FUNCTION astreinte_refuse()"
            )
            db.exec_driver_sql(f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} {does}")


def _sqlite() -> list[str]:
    statements = [
        f"CREATE TRIGGER {table}_{column}_write_once BEFORE UPDATE OF {column} ON {table} "
        f"WHEN OLD.{column} IS NOT NEW.{column} BEGIN SELECT RAISE(ABORT, '{table}.{column} is write-once'); END"
        for table, columns in WRITE_ONCE.items()
        for column in columns
    ]
    return statements + [
        f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for table in APPEND_ONLY
        for verb in ("UPDATE", "DELETE")
    ]


def _postgresql() -> list[str]:
    statements = [
        "CREATE FUNCTION astreinte_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION USING MESSAGE = TG_TABLE_NAME || ' is kept as it was written'; END $$"
    ]
    for table, columns in WRITE_ONCE.items():
        changed = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns)
        statements.append(
            f"CREATE TRIGGER {table}_write_once BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({changed}) "
            "EXECUTE FUNCTION astreinte_refuse()"
        )
    return statements + [
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW "
        "EXECUTE FUNCTION astreinte_refuse()"
        for table in APPEND_ONLY
    ]
