ALTER TABLE letters ADD COLUMN message_id TEXT DEFAULT '' NOT NULL;
UPDATE letters SET message_id = key WHERE key LIKE '<%';
CREATE TABLE _alembic_tmp_letters (
  id INTEGER NOT NULL,
  mailbox TEXT NOT NULL,
  escalation BOOLEAN NOT NULL,
  "key" TEXT NOT NULL,
  digest TEXT NOT NULL,
  place TEXT NOT NULL,
  size INTEGER NOT NULL,
  received_at BIGINT NOT NULL,
  kept_at BIGINT NOT NULL,
  sender TEXT NOT NULL,
  subject TEXT NOT NULL,
  text TEXT NOT NULL,
  verified BOOLEAN NOT NULL,
  verdict TEXT,
  reason TEXT NOT NULL,
  ticket TEXT,
  answered_at BIGINT,
  run_at BIGINT,
  tries INTEGER NOT NULL,
  trouble TEXT NOT NULL,
  message_id TEXT NOT NULL,
  CONSTRAINT pk_letters PRIMARY KEY (id),
  CONSTRAINT uq_letters_mailbox UNIQUE (mailbox, "key")
);
INSERT INTO _alembic_tmp_letters (id, mailbox, escalation, "key", digest, place, size, received_at, kept_at, sender, subject, text, verified, verdict, reason, ticket, answered_at, run_at, tries, trouble, message_id) SELECT letters.id, letters.mailbox, letters.escalation, letters."key", letters.digest, letters.place, letters.size, letters.received_at, letters.kept_at, letters.sender, letters.subject, letters.text, letters.verified, letters.verdict, letters.reason, letters.ticket, letters.answered_at, letters.run_at, letters.tries, letters.trouble, letters.message_id
FROM letters;
DROP TABLE letters;
ALTER TABLE _alembic_tmp_letters RENAME TO letters;
CREATE INDEX ix_letters_ticket ON letters (ticket);
CREATE INDEX letters_key ON letters ("key");
CREATE INDEX ix_letters_run_at ON letters (run_at);
CREATE INDEX letters_sender ON letters (sender, answered_at);
CREATE INDEX ix_letters_message_id ON letters (message_id);
ALTER TABLE mailboxes ADD COLUMN earlier TEXT DEFAULT '[]' NOT NULL;
CREATE TABLE _alembic_tmp_mailboxes (
  name TEXT NOT NULL,
  validity INTEGER NOT NULL,
  last_uid INTEGER NOT NULL,
  read_at BIGINT,
  earlier TEXT NOT NULL,
  CONSTRAINT pk_mailboxes PRIMARY KEY (name)
);
INSERT INTO _alembic_tmp_mailboxes (name, validity, last_uid, read_at, earlier) SELECT mailboxes.name, mailboxes.validity, mailboxes.last_uid, mailboxes.read_at, mailboxes.earlier
FROM mailboxes;
DROP TABLE mailboxes;
ALTER TABLE _alembic_tmp_mailboxes RENAME TO mailboxes;
CREATE TABLE _alembic_tmp_attachments (
  id INTEGER NOT NULL,
  letter INTEGER NOT NULL,
  ticket TEXT,
  name TEXT NOT NULL,
  type TEXT NOT NULL,
  size INTEGER NOT NULL,
  digest TEXT NOT NULL,
  place TEXT NOT NULL,
  CONSTRAINT pk_attachments PRIMARY KEY (id),
  CONSTRAINT fk_attachments_letter FOREIGN KEY(letter) REFERENCES letters (id),
  CONSTRAINT uq_attachments_ticket UNIQUE (ticket, digest)
);
INSERT INTO _alembic_tmp_attachments (id, letter, ticket, name, type, size, digest, place) SELECT attachments.id, attachments.letter, attachments.ticket, attachments.name, attachments.type, attachments.size, attachments.digest, attachments.place
FROM attachments;
DROP TABLE attachments;
ALTER TABLE _alembic_tmp_attachments RENAME TO attachments;
CREATE INDEX ix_attachments_ticket ON attachments (ticket);
CREATE INDEX ix_attachments_letter ON attachments (letter);
UPDATE alembic_version SET version_num='0011' WHERE alembic_version.version_num = '0010';
