-- Expressions over areas: what a device tells of a property, and does not only meet or not. Where its value is another, a stay
-- ends and the next one begins.
ALTER TABLE rule_fact ADD COLUMN value float8;
ALTER TABLE rule_meeting ADD COLUMN value float8;
