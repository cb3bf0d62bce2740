ALTER TABLE directories ADD COLUMN reason TEXT DEFAULT '' NOT NULL;
ALTER TABLE directories ADD COLUMN agreed BOOLEAN DEFAULT false NOT NULL;
ALTER TABLE directories ALTER COLUMN reason DROP DEFAULT;
ALTER TABLE directories ALTER COLUMN agreed DROP DEFAULT;
CREATE TABLE notices (
  id BIGSERIAL NOT NULL,
  engineer TEXT NOT NULL,
  rota TEXT NOT NULL,
  layer TEXT NOT NULL,
  starts BIGINT NOT NULL,
  until BIGINT NOT NULL,
  announced_at BIGINT NOT NULL,
  days INTEGER NOT NULL,
  verdict TEXT NOT NULL,
  reason TEXT NOT NULL,
  agreed BOOLEAN NOT NULL,
  who TEXT NOT NULL,
  CONSTRAINT pk_notices PRIMARY KEY (id)
);
CREATE INDEX ix_notices_starts ON notices (starts);
CREATE TABLE interventions (
  id BIGSERIAL NOT NULL,
  engineer TEXT NOT NULL,
  ticket TEXT NOT NULL,
  starts BIGINT NOT NULL,
  until BIGINT NOT NULL,
  travel INTEGER NOT NULL,
  on_site BOOLEAN NOT NULL,
  who TEXT NOT NULL,
  at BIGINT NOT NULL,
  replaces BIGINT,
  withdrawn BOOLEAN NOT NULL,
  CONSTRAINT pk_interventions PRIMARY KEY (id),
  CONSTRAINT fk_interventions_replaces_interventions FOREIGN KEY(replaces) REFERENCES interventions (id),
  CONSTRAINT uq_interventions_replaces UNIQUE (replaces)
);
CREATE INDEX interventions_of ON interventions (engineer, starts);
CREATE TABLE statements (
  id BIGSERIAL NOT NULL,
  engineer TEXT NOT NULL,
  month TEXT NOT NULL,
  number INTEGER NOT NULL,
  issued_at BIGINT NOT NULL,
  who TEXT NOT NULL,
  document TEXT NOT NULL,
  digest TEXT NOT NULL,
  reason TEXT NOT NULL,
  CONSTRAINT pk_statements PRIMARY KEY (id),
  CONSTRAINT uq_statements_engineer UNIQUE (engineer, month, number)
);
CREATE TRIGGER notices_no_update BEFORE UPDATE ON notices FOR EACH ROW EXECUTE FUNCTION astreinte_refuse();
CREATE TRIGGER notices_no_delete BEFORE DELETE ON notices FOR EACH ROW EXECUTE FUNCTION astreinte_refuse();
CREATE TRIGGER interventions_no_update BEFORE UPDATE ON interventions FOR EACH ROW EXECUTE FUNCTION astreinte_refuse();
CREATE TRIGGER interventions_no_delete BEFORE DELETE ON interventions FOR EACH ROW EXECUTE FUNCTION astreinte_refuse();
CREATE TRIGGER statements_no_update BEFORE UPDATE ON statements FOR EACH ROW EXECUTE FUNCTION astreinte_refuse();
CREATE TRIGGER statements_no_delete BEFORE DELETE ON statements FOR EACH ROW EXECUTE FUNCTION astreinte_refuse();
UPDATE alembic_version SET version_num='0019' WHERE alembic_version.version_num = '0018';
