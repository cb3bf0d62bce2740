CREATE TABLE _alembic_tmp_directories (
  id INTEGER NOT NULL,
  loaded_at BIGINT NOT NULL,
  digest TEXT NOT NULL,
  document TEXT NOT NULL,
  who TEXT NOT NULL,
  reason TEXT DEFAULT '' NOT NULL,
  agreed BOOLEAN DEFAULT 0 NOT NULL,
  CONSTRAINT pk_directories PRIMARY KEY (id)
);
INSERT INTO _alembic_tmp_directories (id, loaded_at, digest, document, who) SELECT directories.id, directories.loaded_at, directories.digest, directories.document, directories.who
FROM directories;
DROP TABLE directories;
ALTER TABLE _alembic_tmp_directories RENAME TO directories;
CREATE TABLE _alembic_tmp_directories (
  id INTEGER NOT NULL,
  loaded_at BIGINT NOT NULL,
  digest TEXT NOT NULL,
  document TEXT NOT NULL,
  who TEXT NOT NULL,
  reason TEXT NOT NULL,
  agreed BOOLEAN NOT NULL,
  CONSTRAINT pk_directories PRIMARY KEY (id)
);
INSERT INTO _alembic_tmp_directories (id, loaded_at, digest, document, who, reason, agreed) SELECT directories.id, directories.loaded_at, directories.digest, directories.document, directories.who, directories.reason, directories.agreed
FROM directories;
DROP TABLE directories;
ALTER TABLE _alembic_tmp_directories RENAME TO directories;
CREATE TABLE notices (
  id INTEGER NOT NULL,
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
  id INTEGER NOT NULL,
  engineer TEXT NOT NULL,
  ticket TEXT NOT NULL,
  starts BIGINT NOT NULL,
  until BIGINT NOT NULL,
  travel INTEGER NOT NULL,
  on_site BOOLEAN NOT NULL,
  who TEXT NOT NULL,
  at BIGINT NOT NULL,
  replaces INTEGER,
  withdrawn BOOLEAN NOT NULL,
  CONSTRAINT pk_interventions PRIMARY KEY (id),
  CONSTRAINT fk_interventions_replaces_interventions FOREIGN KEY(replaces) REFERENCES interventions (id),
  CONSTRAINT uq_interventions_replaces UNIQUE (replaces)
);
CREATE INDEX interventions_of ON interventions (engineer, starts);
CREATE TABLE statements (
  id INTEGER NOT NULL,
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
CREATE TRIGGER notices_no_update BEFORE UPDATE ON notices BEGIN SELECT RAISE(ABORT, 'notices is append-only'); END;
CREATE TRIGGER notices_no_delete BEFORE DELETE ON notices BEGIN SELECT RAISE(ABORT, 'notices is append-only'); END;
CREATE TRIGGER interventions_no_update BEFORE UPDATE ON interventions BEGIN SELECT RAISE(ABORT, 'interventions is append-only'); END;
CREATE TRIGGER interventions_no_delete BEFORE DELETE ON interventions BEGIN SELECT RAISE(ABORT, 'interventions is append-only'); END;
CREATE TRIGGER statements_no_update BEFORE UPDATE ON statements BEGIN SELECT RAISE(ABORT, 'statements is append-only'); END;
CREATE TRIGGER statements_no_delete BEFORE DELETE ON statements BEGIN SELECT RAISE(ABORT, 'statements is append-only'); END;
UPDATE alembic_version SET version_num='0019' WHERE alembic_version.version_num = '0018';
