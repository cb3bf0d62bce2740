CREATE TABLE holds (
  ticket TEXT NOT NULL,
  who TEXT NOT NULL,
  why TEXT NOT NULL,
  since BIGINT NOT NULL,
  CONSTRAINT pk_holds PRIMARY KEY (ticket),
  CONSTRAINT fk_holds_ticket FOREIGN KEY(ticket) REFERENCES tickets (reference)
);
CREATE TABLE purges (
  id INTEGER NOT NULL,
  at BIGINT NOT NULL,
  what TEXT NOT NULL,
  subject TEXT NOT NULL,
  why TEXT NOT NULL,
  place TEXT NOT NULL,
  run_at BIGINT,
  tries INTEGER NOT NULL,
  trouble TEXT NOT NULL,
  CONSTRAINT pk_purges PRIMARY KEY (id)
);
CREATE INDEX ix_purges_run_at ON purges (run_at);
CREATE INDEX ix_purges_subject ON purges (subject);
ALTER TABLE tickets ADD COLUMN erased_at BIGINT;
DROP TRIGGER events_no_update;
CREATE TRIGGER events_no_update BEFORE UPDATE ON events WHEN OLD.position IS NOT NEW.position OR OLD.ticket IS NOT NEW.ticket OR OLD.at IS NOT NEW.at OR OLD.kind IS NOT NEW.kind OR OLD.who IS NOT NEW.who OR OLD.details_digest IS NOT NEW.details_digest OR OLD.previous IS NOT NEW.previous OR OLD.digest IS NOT NEW.digest OR NEW.details IS NOT 'null' BEGIN SELECT RAISE(ABORT, 'events is append-only'); END;
UPDATE alembic_version SET version_num='0010' WHERE alembic_version.version_num = '0009';
