UPDATE messages SET provider_sid = NULL WHERE EXISTS
  (SELECT 1 FROM messages AS other WHERE other.provider_sid = messages.provider_sid AND other.id < messages.id);
DROP INDEX ix_messages_provider_sid;
ALTER TABLE messages DROP CONSTRAINT uq_messages_ticket;
ALTER TABLE messages ADD CONSTRAINT uq_messages_provider_sid UNIQUE (provider_sid);
CREATE INDEX ix_messages_ticket ON messages (ticket);
UPDATE alembic_version SET version_num='0005' WHERE alembic_version.version_num = '0004';
