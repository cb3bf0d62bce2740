"""The line: directory, calls, tickets, work that is due."""

import sqlalchemy as sa
from alembic import op

import storage.types
from storage.migrations import triggers

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "acceptances",
        sa.Column("leg", sa.Text(), nullable=False),
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("at", storage.types.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("leg", name=op.f("pk_acceptances")),
    )
    with op.batch_alter_table("acceptances", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_acceptances_call"), ["call"], unique=False)

    op.create_table(
        "chores",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("done_at", storage.types.Instant(), nullable=True),
        sa.Column("run_at", storage.types.Instant(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_chores")),
    )
    with op.batch_alter_table("chores", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_chores_run_at"), ["run_at"], unique=False)

    op.create_table(
        "directories",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("loaded_at", storage.types.Instant(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_directories")),
    )
    head = op.create_table(
        "journal_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_journal_head_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_head")),
    )
    op.create_table(
        "mails",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ticket", sa.Text(), nullable=True),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("recipient", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("queued_at", storage.types.Instant(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("run_at", storage.types.Instant(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mails")),
        sa.UniqueConstraint("message_id", name=op.f("uq_mails_message_id")),
    )
    with op.batch_alter_table("mails", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mails_run_at"), ["run_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_mails_ticket"), ["ticket"], unique=False)

    op.create_table(
        "sequences",
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_sequences")),
    )
    op.create_table(
        "voicemails",
        sa.Column("recording", sa.Text(), nullable=False),
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("ticket", sa.Text(), nullable=True),
        sa.Column("announced_at", storage.types.Instant(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("stored_at", storage.types.Instant(), nullable=True),
        sa.Column("deleted_at", storage.types.Instant(), nullable=True),
        sa.Column("run_at", storage.types.Instant(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("recording", name=op.f("pk_voicemails")),
    )
    with op.batch_alter_table("voicemails", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_voicemails_call"), ["call"], unique=False)
        batch_op.create_index(batch_op.f("ix_voicemails_run_at"), ["run_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_voicemails_ticket"), ["ticket"], unique=False)

    op.create_table(
        "calls",
        sa.Column("sid", sa.Text(), nullable=False),
        sa.Column("directory", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("caller", sa.Text(), nullable=True),
        sa.Column("forwarded_from", sa.Text(), nullable=False),
        sa.Column("started_at", storage.types.Instant(), nullable=False),
        sa.Column("ended_at", storage.types.Instant(), nullable=True),
        sa.Column("ticket", sa.Text(), nullable=True),
        sa.Column("stumbles", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["directory"], ["directories.id"], name=op.f("fk_calls_directory")),
        sa.PrimaryKeyConstraint("sid", name=op.f("pk_calls")),
    )
    with op.batch_alter_table("calls", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_calls_started_at"), ["started_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_calls_ticket"), ["ticket"], unique=False)

    op.create_table(
        "tickets",
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("received_at", storage.types.Instant(), nullable=False),
        sa.Column("opened_at", storage.types.Instant(), nullable=False),
        sa.Column("qualified_at", storage.types.Instant(), nullable=True),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("nature", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("refusal", sa.Text(), nullable=True),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("call", sa.Text(), nullable=True),
        sa.Column("entity", sa.Text(), nullable=True),
        sa.Column("client", sa.Text(), nullable=True),
        sa.Column("service", sa.Text(), nullable=True),
        sa.Column("sites", storage.types.Json(), nullable=False),
        sa.Column("level", sa.Text(), nullable=True),
        sa.Column("caller", sa.Text(), nullable=True),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("site_contact", sa.Text(), nullable=False),
        sa.Column("keep_informed", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("consequences", sa.Text(), nullable=False),
        sa.Column("acknowledged_by", sa.Text(), nullable=True),
        sa.Column("acknowledged_at", storage.types.Instant(), nullable=True),
        sa.Column("due_respond_at", storage.types.Instant(), nullable=True),
        sa.Column("due_restore_at", storage.types.Instant(), nullable=True),
        sa.ForeignKeyConstraint(["call"], ["calls.sid"], name=op.f("fk_tickets_call")),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_tickets")),
        sa.UniqueConstraint("call", name=op.f("uq_tickets_call")),
    )
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_tickets_opened_at"), ["opened_at"], unique=False)
        batch_op.create_index("tickets_of_client", ["client", "state"], unique=False)

    op.create_table(
        "turns",
        sa.Column("call", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", storage.types.Instant(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("keys", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("state", storage.types.Json(), nullable=False),
        sa.ForeignKeyConstraint(["call"], ["calls.sid"], name=op.f("fk_turns_call")),
        sa.PrimaryKeyConstraint("call", "number", name=op.f("pk_turns")),
    )
    op.create_table(
        "events",
        sa.Column(
            "position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("ticket", sa.Text(), nullable=False),
        sa.Column("at", storage.types.Instant(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("details", storage.types.Json(), nullable=False),
        sa.Column("details_digest", sa.Text(), nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.reference"], name=op.f("fk_events_ticket")),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_events")),
    )
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_events_ticket"), ["ticket"], unique=False)

    op.create_table(
        "pages",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ticket", sa.Text(), nullable=False),
        sa.Column("opened_at", storage.types.Instant(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("policy", storage.types.Json(), nullable=False),
        sa.Column("run_at", storage.types.Instant(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.CheckConstraint("state in ('pending', 'acknowledged', 'cancelled')", name=op.f("ck_pages_state")),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.reference"], name=op.f("fk_pages_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pages")),
    )
    with op.batch_alter_table("pages", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pages_run_at"), ["run_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_pages_ticket"), ["ticket"], unique=False)

    op.create_table(
        "texts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ticket", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("queued_at", storage.types.Instant(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("provider_sid", sa.Text(), nullable=True),
        sa.Column("run_at", storage.types.Instant(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["ticket"], ["tickets.reference"], name=op.f("fk_texts_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_texts")),
        sa.UniqueConstraint("ticket", name=op.f("uq_texts_ticket")),
    )
    with op.batch_alter_table("texts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_texts_run_at"), ["run_at"], unique=False)

    op.create_table(
        "attempts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("page", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("engineer", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", storage.types.Instant(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("provider_sid", sa.Text(), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["page"], ["pages.id"], name=op.f("fk_attempts_page")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attempts")),
        sa.UniqueConstraint("page", "step", "engineer", "channel", name=op.f("uq_attempts_page")),
        sa.UniqueConstraint("provider_sid", name=op.f("uq_attempts_provider_sid")),
    )
    with op.batch_alter_table("attempts", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attempts_page"), ["page"], unique=False)
    op.bulk_insert(head, [{"id": 1, "position": 0, "digest": "0" * 64}])
    triggers.create(op.get_bind())


def downgrade() -> None:
    raise NotImplementedError("there is nothing before the first step")
