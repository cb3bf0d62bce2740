CREATE TABLE alembic_version (
  version_num VARCHAR(32) NOT NULL,
  CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
CREATE TABLE acceptances (
  leg TEXT NOT NULL,
  call TEXT NOT NULL,
  at BIGINT NOT NULL,
  CONSTRAINT pk_acceptances PRIMARY KEY (leg)
);
CREATE INDEX ix_acceptances_call ON acceptances (call);
CREATE TABLE chores (
  name TEXT NOT NULL,
  done_at BIGINT,
  run_at BIGINT,
  tries INTEGER NOT NULL,
  trouble TEXT NOT NULL,
  CONSTRAINT pk_chores PRIMARY KEY (name)
);
CREATE INDEX ix_chores_run_at ON chores (run_at);
CREATE TABLE directories (
  id INTEGER NOT NULL,
  loaded_at BIGINT NOT NULL,
  digest TEXT NOT NULL,
  document TEXT NOT NULL,
  CONSTRAINT pk_directories PRIMARY KEY (id)
);
CREATE TABLE journal_head (
  id INTEGER NOT NULL,
  position INTEGER NOT NULL,
  digest TEXT NOT NULL,
  CONSTRAINT pk_journal_head PRIMARY KEY (id),
  CONSTRAINT ck_journal_head_one_row CHECK (id = 1)
);
CREATE TABLE mails (
  id INTEGER NOT NULL,
  ticket TEXT,
  message_id TEXT NOT NULL,
  recipient TEXT NOT NULL,
  subject TEXT NOT NULL,
  body TEXT NOT NULL,
  queued_at BIGINT NOT NULL,
  state TEXT NOT NULL,
  run_at BIGINT,
  tries INTEGER NOT NULL,
  trouble TEXT NOT NULL,
  CONSTRAINT pk_mails PRIMARY KEY (id),
  CONSTRAINT uq_mails_message_id UNIQUE (message_id)
);
CREATE INDEX ix_mails_run_at ON mails (run_at);
CREATE INDEX ix_mails_ticket ON mails (ticket);
CREATE TABLE sequences (
  year INTEGER NOT NULL,
  last INTEGER NOT NULL,
  CONSTRAINT pk_sequences PRIMARY KEY (year)
);
CREATE TABLE voicemails (
  recording TEXT NOT NULL,
  call TEXT NOT NULL,
  ticket TEXT,
  announced_at BIGINT NOT NULL,
  seconds INTEGER NOT NULL,
  state TEXT NOT NULL,
  place TEXT NOT NULL,
  size INTEGER,
  sha256 TEXT NOT NULL,
  stored_at BIGINT,
  deleted_at BIGINT,
  run_at BIGINT,
  tries INTEGER NOT NULL,
  trouble TEXT NOT NULL,
  CONSTRAINT pk_voicemails PRIMARY KEY (recording)
);
CREATE INDEX ix_voicemails_call ON voicemails (call);
CREATE INDEX ix_voicemails_run_at ON voicemails (run_at);
CREATE INDEX ix_voicemails_ticket ON voicemails (ticket);
CREATE TABLE calls (
  sid TEXT NOT NULL,
  directory INTEGER NOT NULL,
  line TEXT NOT NULL,
  caller TEXT,
  forwarded_from TEXT NOT NULL,
  started_at BIGINT NOT NULL,
  ended_at BIGINT,
  ticket TEXT,
  stumbles INTEGER NOT NULL,
  CONSTRAINT pk_calls PRIMARY KEY (sid),
  CONSTRAINT fk_calls_directory FOREIGN KEY(directory) REFERENCES directories (id)
);
CREATE INDEX ix_calls_started_at ON calls (started_at);
CREATE INDEX ix_calls_ticket ON calls (ticket);
CREATE TABLE tickets (
  reference TEXT NOT NULL,
  received_at BIGINT NOT NULL,
  opened_at BIGINT NOT NULL,
  qualified_at BIGINT,
  kind TEXT NOT NULL,
  nature TEXT,
  state TEXT NOT NULL,
  refusal TEXT,
  verified BOOLEAN NOT NULL,
  call TEXT,
  entity TEXT,
  client TEXT,
  service TEXT,
  sites TEXT NOT NULL,
  level TEXT,
  caller TEXT,
  contact TEXT NOT NULL,
  site_contact TEXT NOT NULL,
  keep_informed TEXT NOT NULL,
  description TEXT NOT NULL,
  location TEXT NOT NULL,
  consequences TEXT NOT NULL,
  acknowledged_by TEXT,
  acknowledged_at BIGINT,
  due_respond_at BIGINT,
  due_restore_at BIGINT,
  CONSTRAINT pk_tickets PRIMARY KEY (reference),
  CONSTRAINT fk_tickets_call FOREIGN KEY(call) REFERENCES calls (sid),
  CONSTRAINT uq_tickets_call UNIQUE (call)
);
CREATE INDEX ix_tickets_opened_at ON tickets (opened_at);
CREATE INDEX tickets_of_client ON tickets (client, state);
CREATE TABLE turns (
  call TEXT NOT NULL,
  number INTEGER NOT NULL,
  at BIGINT NOT NULL,
  asked TEXT NOT NULL,
  event TEXT NOT NULL,
  keys TEXT NOT NULL,
  answer TEXT NOT NULL,
  state TEXT NOT NULL,
  CONSTRAINT pk_turns PRIMARY KEY (call, number),
  CONSTRAINT fk_turns_call FOREIGN KEY(call) REFERENCES calls (sid)
);
CREATE TABLE events (
  position INTEGER NOT NULL,
  ticket TEXT NOT NULL,
  at BIGINT NOT NULL,
  kind TEXT NOT NULL,
  who TEXT NOT NULL,
  details TEXT NOT NULL,
  details_digest TEXT NOT NULL,
  previous TEXT NOT NULL,
  digest TEXT NOT NULL,
  CONSTRAINT pk_events PRIMARY KEY (position),
  CONSTRAINT fk_events_ticket FOREIGN KEY(ticket) REFERENCES tickets (reference)
);
CREATE INDEX ix_events_ticket ON events (ticket);
CREATE TABLE pages (
  id INTEGER NOT NULL,
  ticket TEXT NOT NULL,
  opened_at BIGINT NOT NULL,
  state TEXT NOT NULL,
  step INTEGER NOT NULL,
  policy TEXT NOT NULL,
  run_at BIGINT,
  tries INTEGER NOT NULL,
  trouble TEXT NOT NULL,
  CONSTRAINT pk_pages PRIMARY KEY (id),
  CONSTRAINT ck_pages_state CHECK (state in ('pending', 'acknowledged', 'cancelled')),
  CONSTRAINT fk_pages_ticket FOREIGN KEY(ticket) REFERENCES tickets (reference)
);
CREATE INDEX ix_pages_run_at ON pages (run_at);
CREATE INDEX ix_pages_ticket ON pages (ticket);
CREATE TABLE texts (
  id INTEGER NOT NULL,
  ticket TEXT NOT NULL,
  number TEXT NOT NULL,
  body TEXT NOT NULL,
  queued_at BIGINT NOT NULL,
  state TEXT NOT NULL,
  provider_sid TEXT,
  run_at BIGINT,
  tries INTEGER NOT NULL,
  trouble TEXT NOT NULL,
  CONSTRAINT pk_texts PRIMARY KEY (id),
  CONSTRAINT fk_texts_ticket FOREIGN KEY(ticket) REFERENCES tickets (reference),
  CONSTRAINT uq_texts_ticket UNIQUE (ticket)
);
CREATE INDEX ix_texts_run_at ON texts (run_at);
CREATE TABLE attempts (
  id INTEGER NOT NULL,
  page INTEGER NOT NULL,
  step INTEGER NOT NULL,
  engineer TEXT NOT NULL,
  channel TEXT NOT NULL,
  number TEXT NOT NULL,
  body TEXT NOT NULL,
  at BIGINT NOT NULL,
  state TEXT NOT NULL,
  provider_sid TEXT,
  error TEXT NOT NULL,
  CONSTRAINT pk_attempts PRIMARY KEY (id),
  CONSTRAINT fk_attempts_page FOREIGN KEY(page) REFERENCES pages (id),
  CONSTRAINT uq_attempts_page UNIQUE (page, step, engineer, channel),
  CONSTRAINT uq_attempts_provider_sid UNIQUE (provider_sid)
);
CREATE INDEX ix_attempts_page ON attempts (page);
INSERT INTO journal_head (id, position, digest) VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');
CREATE TRIGGER tickets_reference_write_once BEFORE UPDATE OF reference ON tickets WHEN OLD.reference IS NOT NEW.reference BEGIN SELECT RAISE(ABORT, 'tickets.reference is write-once'); END;
CREATE TRIGGER tickets_received_at_write_once BEFORE UPDATE OF received_at ON tickets WHEN OLD.received_at IS NOT NEW.received_at BEGIN SELECT RAISE(ABORT, 'tickets.received_at is write-once'); END;
CREATE TRIGGER tickets_opened_at_write_once BEFORE UPDATE OF opened_at ON tickets WHEN OLD.opened_at IS NOT NEW.opened_at BEGIN SELECT RAISE(ABORT, 'tickets.opened_at is write-once'); END;
CREATE TRIGGER events_no_update BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'events is append-only'); END;
CREATE TRIGGER events_no_delete BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'events is append-only'); END;
INSERT INTO alembic_version (version_num) VALUES ('0001') RETURNING version_num;
