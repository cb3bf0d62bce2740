CREATE TABLE account_events (
  id INTEGER NOT NULL,
  account INTEGER NOT NULL,
  kind TEXT NOT NULL,
  who TEXT NOT NULL,
  at BIGINT NOT NULL,
  details TEXT NOT NULL,
  CONSTRAINT pk_account_events PRIMARY KEY (id),
  CONSTRAINT fk_account_events_account_accounts FOREIGN KEY(account) REFERENCES accounts (id)
);
CREATE INDEX ix_account_events_account ON account_events (account);
CREATE INDEX ix_account_events_at ON account_events (at);
UPDATE alembic_version SET version_num='0022' WHERE alembic_version.version_num = '0021';
