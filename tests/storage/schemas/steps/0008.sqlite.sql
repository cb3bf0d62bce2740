CREATE TABLE mailboxes (
  name TEXT NOT NULL,
  validity INTEGER NOT NULL,
  last_uid INTEGER NOT NULL,
  read_at BIGINT,
  CONSTRAINT pk_mailboxes PRIMARY KEY (name)
);
CREATE TABLE letters (
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
  CONSTRAINT pk_letters PRIMARY KEY (id),
  CONSTRAINT uq_letters_mailbox UNIQUE (mailbox, "key")
);
CREATE INDEX ix_letters_run_at ON letters (run_at);
CREATE INDEX ix_letters_ticket ON letters (ticket);
CREATE INDEX letters_key ON letters ("key");
CREATE INDEX letters_sender ON letters (sender, answered_at);
CREATE TABLE attachments (
  id INTEGER NOT NULL,
  letter INTEGER NOT NULL,
  ticket TEXT NOT NULL,
  name TEXT NOT NULL,
  type TEXT NOT NULL,
  size INTEGER NOT NULL,
  digest TEXT NOT NULL,
  place TEXT NOT NULL,
  CONSTRAINT pk_attachments PRIMARY KEY (id),
  CONSTRAINT fk_attachments_letter FOREIGN KEY(letter) REFERENCES letters (id),
  CONSTRAINT uq_attachments_ticket UNIQUE (ticket, digest)
);
CREATE INDEX ix_attachments_letter ON attachments (letter);
CREATE INDEX ix_attachments_ticket ON attachments (ticket);
UPDATE alembic_version SET version_num='0008' WHERE alembic_version.version_num = '0007';
