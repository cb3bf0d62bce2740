UPDATE messages SET provider_sid = NULL WHERE EXISTS
  (SELECT 1 FROM messages AS other WHERE other.provider_sid = messages.provider_sid AND other.id < messages.id);
DROP INDEX ix_messages_provider_sid;
CREATE TABLE _alembic_tmp_messages (
  id INTEGER NOT NULL,
  ticket TEXT,
  shift INTEGER,
  kind TEXT NOT NULL,
  channel TEXT NOT NULL,
  number TEXT NOT NULL,
  body TEXT NOT NULL,
  queued_at BIGINT NOT NULL,
  state TEXT NOT NULL,
  provider_sid TEXT,
  run_at BIGINT,
  tries INTEGER NOT NULL,
  trouble TEXT NOT NULL,
  CONSTRAINT pk_messages PRIMARY KEY (id),
  CONSTRAINT fk_messages_ticket FOREIGN KEY(ticket) REFERENCES tickets (reference),
  CONSTRAINT fk_messages_shift FOREIGN KEY(shift) REFERENCES shifts (id),
  CONSTRAINT uq_messages_provider_sid UNIQUE (provider_sid)
);
INSERT INTO _alembic_tmp_messages (id, ticket, shift, kind, channel, number, body, queued_at, state, provider_sid, run_at, tries, trouble) SELECT messages.id, messages.ticket, messages.shift, messages.kind, messages.channel, messages.number, messages.body, messages.queued_at, messages.state, messages.provider_sid, messages.run_at, messages.tries, messages.trouble
FROM messages;
DROP TABLE messages;
ALTER TABLE _alembic_tmp_messages RENAME TO messages;
CREATE INDEX ix_messages_run_at ON messages (run_at);
CREATE INDEX ix_messages_ticket ON messages (ticket);
UPDATE alembic_version SET version_num='0005' WHERE alembic_version.version_num = '0004';
