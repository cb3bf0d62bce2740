ALTER TABLE pages ADD COLUMN firing INTEGER DEFAULT '1' NOT NULL;
ALTER TABLE pages ADD COLUMN fired_at BIGINT;
ALTER TABLE pages ADD COLUMN since BIGINT;
ALTER TABLE pages ADD COLUMN acknowledged_by TEXT;
ALTER TABLE pages ADD COLUMN acknowledged_at BIGINT;
UPDATE pages SET fired_at = opened_at, since = opened_at;
CREATE TABLE _alembic_tmp_pages (
  id INTEGER NOT NULL,
  ticket TEXT NOT NULL,
  opened_at BIGINT NOT NULL,
  state TEXT NOT NULL,
  step INTEGER NOT NULL,
  policy TEXT NOT NULL,
  run_at BIGINT,
  tries INTEGER NOT NULL,
  trouble TEXT NOT NULL,
  firing INTEGER DEFAULT '1' NOT NULL,
  fired_at BIGINT,
  since BIGINT NOT NULL,
  acknowledged_by TEXT,
  acknowledged_at BIGINT,
  CONSTRAINT pk_pages PRIMARY KEY (id),
  CONSTRAINT fk_pages_ticket FOREIGN KEY(ticket) REFERENCES tickets (reference),
  CONSTRAINT ck_pages_state CHECK (state in ('pending', 'acknowledged', 'cancelled'))
);
INSERT INTO _alembic_tmp_pages (id, ticket, opened_at, state, step, policy, run_at, tries, trouble, firing, fired_at, since, acknowledged_by, acknowledged_at) SELECT pages.id, pages.ticket, pages.opened_at, pages.state, pages.step, pages.policy, pages.run_at, pages.tries, pages.trouble, pages.firing, pages.fired_at, pages.since, pages.acknowledged_by, pages.acknowledged_at
FROM pages;
DROP TABLE pages;
ALTER TABLE _alembic_tmp_pages RENAME TO pages;
CREATE INDEX ix_pages_run_at ON pages (run_at);
CREATE INDEX ix_pages_ticket ON pages (ticket);
CREATE TABLE _alembic_tmp_attempts (
  id INTEGER NOT NULL,
  page INTEGER NOT NULL,
  step INTEGER NOT NULL,
  engineer TEXT NOT NULL,
  channel TEXT NOT NULL,
  number TEXT NOT NULL,
  body TEXT NOT NULL,
  at BIGINT NOT NULL,
  state TEXT NOT NULL,
  provider_sid TEXT,
  error TEXT NOT NULL,
  firing INTEGER DEFAULT '1' NOT NULL,
  failed_at BIGINT,
  handed_on INTEGER,
  run_at BIGINT,
  tries INTEGER DEFAULT '0' NOT NULL,
  trouble TEXT DEFAULT '' NOT NULL,
  CONSTRAINT pk_attempts PRIMARY KEY (id),
  CONSTRAINT fk_attempts_page FOREIGN KEY(page) REFERENCES pages (id),
  CONSTRAINT uq_attempts_provider_sid UNIQUE (provider_sid),
  CONSTRAINT uq_attempts_page UNIQUE (page, firing, engineer, channel)
);
INSERT INTO _alembic_tmp_attempts (id, page, step, engineer, channel, number, body, at, state, provider_sid, error) SELECT attempts.id, attempts.page, attempts.step, attempts.engineer, attempts.channel, attempts.number, attempts.body, attempts.at, attempts.state, attempts.provider_sid, attempts.error
FROM attempts;
DROP TABLE attempts;
ALTER TABLE _alembic_tmp_attempts RENAME TO attempts;
CREATE INDEX ix_attempts_page ON attempts (page);
CREATE INDEX ix_attempts_run_at ON attempts (run_at);
UPDATE alembic_version SET version_num='0002' WHERE alembic_version.version_num = '0001';
