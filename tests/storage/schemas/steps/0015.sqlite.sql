ALTER TABLE calls ADD COLUMN outcome TEXT;
ALTER TABLE calls ADD COLUMN entity TEXT;
ALTER TABLE calls ADD COLUMN step TEXT DEFAULT '' NOT NULL;
ALTER TABLE calls ADD COLUMN hour INTEGER;
ALTER TABLE calls ADD COLUMN handled_by TEXT DEFAULT '' NOT NULL;
ALTER TABLE calls ADD COLUMN handled_at BIGINT;
CREATE TABLE _alembic_tmp_calls (
  sid TEXT NOT NULL,
  directory INTEGER NOT NULL,
  line TEXT NOT NULL,
  caller TEXT,
  forwarded_from TEXT NOT NULL,
  started_at BIGINT NOT NULL,
  ended_at BIGINT,
  ticket TEXT,
  stumbles INTEGER NOT NULL,
  outcome TEXT,
  entity TEXT,
  step TEXT NOT NULL,
  hour INTEGER,
  handled_by TEXT NOT NULL,
  handled_at BIGINT,
  CONSTRAINT pk_calls PRIMARY KEY (sid),
  CONSTRAINT fk_calls_directory FOREIGN KEY(directory) REFERENCES directories (id)
);
INSERT INTO _alembic_tmp_calls (sid, directory, line, caller, forwarded_from, started_at, ended_at, ticket, stumbles, outcome, entity, step, hour, handled_by, handled_at) SELECT calls.sid, calls.directory, calls.line, calls.caller, calls.forwarded_from, calls.started_at, calls.ended_at, calls.ticket, calls.stumbles, calls.outcome, calls.entity, calls.step, calls.hour, calls.handled_by, calls.handled_at
FROM calls;
DROP TABLE calls;
ALTER TABLE _alembic_tmp_calls RENAME TO calls;
CREATE INDEX ix_calls_started_at ON calls (started_at);
CREATE INDEX ix_calls_ticket ON calls (ticket);
CREATE INDEX calls_caller ON calls (caller, started_at);
CREATE INDEX calls_outcome ON calls (outcome, started_at);
UPDATE alembic_version SET version_num='0015' WHERE alembic_version.version_num = '0014';
