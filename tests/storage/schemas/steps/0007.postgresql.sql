ALTER TABLE tickets ADD COLUMN email TEXT DEFAULT '' NOT NULL;
ALTER TABLE tickets ADD COLUMN follows TEXT;
ALTER TABLE mails ADD COLUMN answers TEXT DEFAULT '' NOT NULL;
ALTER TABLE mails ADD COLUMN attached TEXT DEFAULT '' NOT NULL;
ALTER TABLE mails ADD COLUMN sent_at BIGINT;
CREATE TABLE reports (
  ticket TEXT NOT NULL,
  cause TEXT NOT NULL,
  actions TEXT NOT NULL,
  prevention TEXT NOT NULL,
  written_by TEXT NOT NULL,
  written_at BIGINT,
  closings INTEGER NOT NULL,
  closed_at BIGINT,
  closed_by TEXT NOT NULL,
  waived TEXT NOT NULL,
  restored_at BIGINT,
  gross INTEGER,
  net INTEGER,
  counted INTEGER,
  kept TEXT NOT NULL,
  CONSTRAINT pk_reports PRIMARY KEY (ticket),
  CONSTRAINT fk_reports_ticket FOREIGN KEY(ticket) REFERENCES tickets (reference)
);
CREATE INDEX reports_closed ON reports (closed_at);
CREATE TABLE changes (
  ticket TEXT NOT NULL,
  size TEXT,
  support_level INTEGER,
  manager TEXT NOT NULL,
  study TEXT NOT NULL,
  starts BIGINT,
  until BIGINT,
  schedule TEXT NOT NULL,
  plans INTEGER NOT NULL,
  CONSTRAINT pk_changes PRIMARY KEY (ticket),
  CONSTRAINT fk_changes_ticket FOREIGN KEY(ticket) REFERENCES tickets (reference)
);
UPDATE alembic_version SET version_num='0007' WHERE alembic_version.version_num = '0006';
