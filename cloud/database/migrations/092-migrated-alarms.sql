-- What becomes of open alarms when another version counts: the new one may take them over.
ALTER TABLE rule DROP CONSTRAINT rule_alarms_check,
  ADD CONSTRAINT rule_alarms_check CHECK (alarms IN ('keep', 'migrate', 'close'));
