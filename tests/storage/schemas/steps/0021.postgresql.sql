CREATE TABLE receipts (
  notice BIGINT NOT NULL,
  at BIGINT NOT NULL,
  CONSTRAINT pk_receipts PRIMARY KEY (notice),
  CONSTRAINT fk_receipts_notice_notices FOREIGN KEY(notice) REFERENCES notices (id)
);
CREATE TRIGGER receipts_no_update BEFORE UPDATE ON receipts FOR EACH ROW EXECUTE FUNCTION astreinte_refuse();
CREATE TRIGGER receipts_no_delete BEFORE DELETE ON receipts FOR EACH ROW EXECUTE FUNCTION astreinte_refuse();
UPDATE alembic_version SET version_num='0021' WHERE alembic_version.version_num = '0020';
