CREATE TABLE replies (
  sid TEXT NOT NULL,
  at BIGINT NOT NULL,
  answer TEXT NOT NULL,
  CONSTRAINT pk_replies PRIMARY KEY (sid)
);
UPDATE alembic_version SET version_num='0003' WHERE alembic_version.version_num = '0002';
