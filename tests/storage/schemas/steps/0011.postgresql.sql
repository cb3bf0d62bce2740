ALTER TABLE letters ADD COLUMN message_id TEXT DEFAULT '' NOT NULL;
UPDATE letters SET message_id = key WHERE key LIKE '<%';
ALTER TABLE letters ALTER COLUMN message_id DROP DEFAULT;
CREATE INDEX ix_letters_message_id ON letters (message_id);
ALTER TABLE mailboxes ADD COLUMN earlier TEXT DEFAULT '[]' NOT NULL;
ALTER TABLE mailboxes ALTER COLUMN earlier DROP DEFAULT;
ALTER TABLE attachments ALTER COLUMN ticket DROP NOT NULL;
UPDATE alembic_version SET version_num='0011' WHERE alembic_version.version_num = '0010';
