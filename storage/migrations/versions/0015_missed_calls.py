"""How each call ended, and who has called back."""

import json
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

import storage.types

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

LAST = """
SELECT calls.sid, calls.ticket, calls.started_at, calls.directory, turns.state
FROM calls LEFT JOIN turns ON turns.call = calls.sid
  AND turns.number = (SELECT max(number) FROM turns AS other WHERE other.call = calls.sid)
WHERE calls.ended_at IS NOT NULL
"""


def upgrade() -> None:
    with op.batch_alter_table("calls") as calls:
        calls.add_column(sa.Column("outcome", sa.Text(), nullable=True))
        calls.add_column(sa.Column("entity", sa.Text(), nullable=True))
        calls.add_column(sa.Column("step", sa.Text(), nullable=False, server_default=""))
        calls.add_column(sa.Column("hour", sa.Integer(), nullable=True))
        calls.add_column(sa.Column("handled_by", sa.Text(), nullable=False, server_default=""))
        calls.add_column(sa.Column("handled_at", storage.types.Instant(), nullable=True))
    with op.batch_alter_table("calls") as calls:
        calls.alter_column("step", server_default=None)
        calls.alter_column("handled_by", server_default=None)
    op.create_index("calls_caller", "calls", ["caller", "started_at"])
    op.create_index("calls_outcome", "calls", ["outcome", "started_at"])
    _fill(op.get_bind())


def _fill(db: sa.Connection) -> None:
    """What the last turn of each call says of it."""
    zones = {row.id: _zone(row.document) for row in db.execute(sa.text("SELECT id, document FROM directories"))}
    told = sa.text("UPDATE calls SET outcome = :outcome, entity = :entity, step = :step, hour = :hour WHERE sid = :sid")
    if ended := [_of(row, zones[row.directory]) for row in db.execute(sa.text(LAST))]:
        db.execute(told, ended)


def _of(row: sa.Row, zone: ZoneInfo) -> dict[str, object]:
    state = json.loads(row.state) if row.state else {}
    ended = "message" if row.ticket else "abandoned"
    outcome = "answered" if state.get("answered") else "joined" if state.get("joined") else ended
    began = datetime.fromtimestamp(row.started_at / 1_000_000, UTC).astimezone(zone)
    return {"sid": row.sid, "outcome": outcome, "entity": state.get("entity"), "hour": began.hour,
            "step": state.get("stage", "called")}  # fmt: skip


def _zone(document: str) -> ZoneInfo:
    return ZoneInfo(json.loads(document).get("organisation", {}).get("timezone", "Europe/Paris"))


def downgrade() -> None:
    op.drop_index("calls_outcome", "calls")
    op.drop_index("calls_caller", "calls")
    with op.batch_alter_table("calls") as calls:
        for name in ("handled_at", "handled_by", "hour", "step", "entity", "outcome"):
            calls.drop_column(name)
