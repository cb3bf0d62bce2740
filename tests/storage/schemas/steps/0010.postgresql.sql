CREATE TABLE holds (
  ticket TEXT NOT NULL,
  who TEXT NOT NULL,
  why TEXT NOT NULL,
  since BIGINT NOT NULL,
  CONSTRAINT pk_holds PRIMARY KEY (ticket),
  CONSTRAINT fk_holds_ticket FOREIGN KEY(ticket) REFERENCES tickets (reference)
);
CREATE TABLE purges (
  id BIGSERIAL NOT NULL,
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
DROP TRIGGER events_append_only ON events;
CREATE TRIGGER events_no_update BEFORE UPDATE ON events FOR EACH ROW WHEN (OLD.position IS DISTINCT FROM NEW.position OR OLD.ticket IS DISTINCT FROM NEW.ticket OR OLD.at IS DISTINCT FROM NEW.at OR OLD.kind IS DISTINCT FROM NEW.kind OR OLD.who IS DISTINCT FROM NEW.who OR OLD.details_digest IS DISTINCT FROM NEW.details_digest OR OLD.previous IS DISTINCT FROM NEW.previous OR OLD.digest IS DISTINCT FROM NEW.digest OR NEW.details IS DISTINCT FROM 'null') EXECUTE FUNCTION astreinte_refuse();
CREATE TRIGGER events_no_delete BEFORE DELETE ON events FOR EACH ROW EXECUTE FUNCTION astreinte_refuse();
UPDATE alembic_version SET version_num='0010' WHERE alembic_version.version_num = '0009';
