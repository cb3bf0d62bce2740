ALTER TABLE directories ADD COLUMN who TEXT DEFAULT '' NOT NULL;
CREATE TABLE _alembic_tmp_directories (
  id INTEGER NOT NULL,
  loaded_at BIGINT NOT NULL,
  digest TEXT NOT NULL,
  document TEXT NOT NULL,
  who TEXT NOT NULL,
  CONSTRAINT pk_directories PRIMARY KEY (id)
);
INSERT INTO _alembic_tmp_directories (id, loaded_at, digest, document, who) SELECT directories.id, directories.loaded_at, directories.digest, directories.document, directories.who
FROM directories;
DROP TABLE directories;
ALTER TABLE _alembic_tmp_directories RENAME TO directories;
UPDATE alembic_version SET version_num='0013' WHERE alembic_version.version_num = '0012';
