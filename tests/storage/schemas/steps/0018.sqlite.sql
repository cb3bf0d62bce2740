CREATE TABLE _alembic_tmp_attachments (
  id INTEGER NOT NULL,
  letter INTEGER,
  ticket TEXT,
  name TEXT NOT NULL,
  type TEXT NOT NULL,
  size INTEGER NOT NULL,
  digest TEXT NOT NULL,
  place TEXT NOT NULL,
  sent_by TEXT DEFAULT '' NOT NULL,
  sent_at BIGINT,
  CONSTRAINT pk_attachments PRIMARY KEY (id),
  CONSTRAINT uq_attachments_ticket UNIQUE (ticket, digest),
  CONSTRAINT fk_attachments_letter FOREIGN KEY(letter) REFERENCES letters (id)
);
INSERT INTO _alembic_tmp_attachments (id, letter, ticket, name, type, size, digest, place) SELECT attachments.id, attachments.letter, attachments.ticket, attachments.name, attachments.type, attachments.size, attachments.digest, attachments.place
FROM attachments;
DROP TABLE attachments;
ALTER TABLE _alembic_tmp_attachments RENAME TO attachments;
CREATE INDEX ix_attachments_letter ON attachments (letter);
CREATE INDEX ix_attachments_ticket ON attachments (ticket);
CREATE TABLE _alembic_tmp_attachments (
  id INTEGER NOT NULL,
  letter INTEGER,
  ticket TEXT,
  name TEXT NOT NULL,
  type TEXT NOT NULL,
  size INTEGER NOT NULL,
  digest TEXT NOT NULL,
  place TEXT NOT NULL,
  sent_by TEXT NOT NULL,
  sent_at BIGINT,
  CONSTRAINT pk_attachments PRIMARY KEY (id),
  CONSTRAINT fk_attachments_letter FOREIGN KEY(letter) REFERENCES letters (id),
  CONSTRAINT uq_attachments_ticket UNIQUE (ticket, digest)
);
INSERT INTO _alembic_tmp_attachments (id, letter, ticket, name, type, size, digest, place, sent_by, sent_at) SELECT attachments.id, attachments.letter, attachments.ticket, attachments.name, attachments.type, attachments.size, attachments.digest, attachments.place, attachments.sent_by, attachments.sent_at
FROM attachments;
DROP TABLE attachments;
ALTER TABLE _alembic_tmp_attachments RENAME TO attachments;
CREATE INDEX ix_attachments_letter ON attachments (letter);
CREATE INDEX ix_attachments_ticket ON attachments (ticket);
UPDATE alembic_version SET version_num='0018' WHERE alembic_version.version_num = '0017';
