CREATE TABLE clocks (
  ticket TEXT NOT NULL,
  run_at BIGINT,
  tries INTEGER NOT NULL,
  trouble TEXT NOT NULL,
  CONSTRAINT pk_clocks PRIMARY KEY (ticket),
  CONSTRAINT fk_clocks_ticket FOREIGN KEY(ticket) REFERENCES tickets (reference)
);
CREATE INDEX ix_clocks_run_at ON clocks (run_at);
UPDATE alembic_version SET version_num='0006' WHERE alembic_version.version_num = '0005';
