CREATE TABLE shifts (
  id INTEGER NOT NULL,
  uid TEXT NOT NULL,
  rota TEXT NOT NULL,
  layer TEXT NOT NULL,
  engineer TEXT NOT NULL,
  starts BIGINT NOT NULL,
  until BIGINT NOT NULL,
  published_at BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  sequence INTEGER NOT NULL,
  cancelled_at BIGINT,
  takes_over_from TEXT NOT NULL,
  takeup TEXT NOT NULL,
  asked_at BIGINT,
  answered_at BIGINT,
  run_at BIGINT,
  tries INTEGER NOT NULL,
  trouble TEXT NOT NULL,
  CONSTRAINT pk_shifts PRIMARY KEY (id),
  CONSTRAINT uq_shifts_uid UNIQUE (uid)
);
CREATE INDEX ix_shifts_until ON shifts (until);
CREATE INDEX ix_shifts_run_at ON shifts (run_at);
CREATE TABLE feeds (
  id INTEGER NOT NULL,
  kind TEXT NOT NULL,
  code TEXT NOT NULL,
  digest TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  revoked_at BIGINT,
  CONSTRAINT pk_feeds PRIMARY KEY (id),
  CONSTRAINT uq_feeds_digest UNIQUE (digest)
);
CREATE TABLE messages (
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
  CONSTRAINT uq_messages_ticket UNIQUE (ticket, kind)
);
CREATE INDEX ix_messages_run_at ON messages (run_at);
CREATE INDEX ix_messages_provider_sid ON messages (provider_sid);
INSERT INTO messages
  (id, channel, ticket, kind, number, body, queued_at, state, provider_sid, run_at, tries, trouble)
SELECT id, 'sms', ticket, kind, number, body, queued_at, state, provider_sid, run_at, tries, trouble FROM texts;
DROP TABLE texts;
UPDATE alembic_version SET version_num='0004' WHERE alembic_version.version_num = '0003';
