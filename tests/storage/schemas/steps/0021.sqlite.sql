CREATE TABLE receipts (
  notice INTEGER NOT NULL,
  at BIGINT NOT NULL,
  CONSTRAINT pk_receipts PRIMARY KEY (notice),
  CONSTRAINT fk_receipts_notice_notices FOREIGN KEY(notice) REFERENCES notices (id)
);
CREATE TRIGGER receipts_no_update BEFORE UPDATE ON receipts BEGIN SELECT RAISE(ABORT, 'receipts is append-only'); END;
CREATE TRIGGER receipts_no_delete BEFORE DELETE ON receipts BEGIN SELECT RAISE(ABORT, 'receipts is append-only'); END;
UPDATE alembic_version SET version_num='0021' WHERE alembic_version.version_num = '0020';
