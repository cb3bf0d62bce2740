CREATE TABLE clocks (
  ticket TEXT NOT NULL,
  run_at BIGINT,
  tries INTEGER NOT NULL,
  trouble TEXT NOT NULL,
  CONSTRAINT pk_clocks PRIMARY KEY (ticket),
  CONSTRAINT fk_clocks_ticket FOREIGN KEY(ticket) REFERENCES tickets (reference)
);
CREATE INDEX ix_clocks_run_at ON clocks (run_at);
INSERT INTO clocks (ticket, run_at, tries, trouble)
SELECT reference, opened_at, 0, '' FROM tickets
WHERE level IS NOT NULL AND state IN ('open', 'in_progress', 'pending');
UPDATE alembic_version SET version_num='0006' WHERE alembic_version.version_num = '0005';
