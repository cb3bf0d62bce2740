"""What a database is made of, apart from the order in which it was made."""

from typing import Any

from sqlalchemy import Connection, inspect

TRIGGERS = {
    "sqlite": "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": """
        SELECT relname, tgname, pg_get_triggerdef(t.oid) || prosrc FROM pg_trigger t
        JOIN pg_class c ON c.oid = tgrelid JOIN pg_proc p ON p.oid = tgfoid WHERE NOT tgisinternal
    """,
}
WITHOUT_ROWID = "SELECT name FROM sqlite_master WHERE type = 'table' AND upper(sql) LIKE '%WITHOUT ROWID%'"


def shape(db: Connection) -> dict[str, Any]:
    known = inspect(db)
    kept = {table: _table(known, table) for table in known.get_table_names()}
    triggers = {(table, name): said for table, name, said in db.exec_driver_sql(TRIGGERS[db.dialect.name])}
    bare = list(db.exec_driver_sql(WITHOUT_ROWID).scalars()) if db.dialect.name == "sqlite" else []
    return {"tables": kept, "triggers": triggers, "without row ids": bare}


def _table(known: Any, table: str) -> dict[str, Any]:
    return {
        "columns": {
            column["name"]: (str(column["type"]), column["nullable"], column["default"])
            for column in known.get_columns(table)
        },
        "key": known.get_pk_constraint(table),
        "references": _in_order(known.get_foreign_keys(table)),
        "unique": _in_order(known.get_unique_constraints(table)),
        "checks": _in_order(known.get_check_constraints(table)),
        "indexes": _in_order(known.get_indexes(table)),
    }


def _in_order(things: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(things, key=lambda thing: str(thing["name"]))
