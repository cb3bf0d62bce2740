CREATE TABLE sessions (
  id BIGSERIAL NOT NULL,
  account BIGINT NOT NULL,
  digest TEXT NOT NULL,
  uniquifier TEXT NOT NULL,
  browser TEXT NOT NULL,
  begun_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  CONSTRAINT pk_sessions PRIMARY KEY (id),
  CONSTRAINT fk_sessions_account_accounts FOREIGN KEY(account) REFERENCES accounts (id),
  CONSTRAINT uq_sessions_digest UNIQUE (digest)
);
CREATE INDEX ix_sessions_account ON sessions (account);
UPDATE alembic_version SET version_num='0017' WHERE alembic_version.version_num = '0016';
