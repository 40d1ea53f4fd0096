-- Late values change what was told of areas: who met what, and when, is kept as long as checkpoints are.

-- `late`: an incident began at a time that was judged. `again`: what a device was told to have met since `at` is void, it is as
-- `spans` says, in ms since 1970.
ALTER TABLE rule_fact
  ADD COLUMN spans json,
  DROP CONSTRAINT rule_fact_kind_check,
  ADD CHECK (kind IN ('meets', 'left', 'event', 'late', 'again'));

-- From when to when a device met a condition in an area. What was not over yet has no `left_at`.
ALTER TABLE rule_meeting
  ADD COLUMN met_at timestamptz NOT NULL DEFAULT '-infinity',
  ADD COLUMN left_at timestamptz,
  DROP CONSTRAINT rule_meeting_pkey;
ALTER TABLE rule_meeting ALTER COLUMN met_at DROP DEFAULT;
CREATE UNIQUE INDEX rule_meeting_open ON rule_meeting (rule, version, part, gateway_id, device) WHERE left_at IS NULL;
CREATE INDEX rule_meeting_of_device ON rule_meeting (gateway_id, device, rule, version, part, left_at) WHERE left_at IS NOT NULL;
CREATE INDEX rule_meeting_of_area ON rule_meeting (rule, version, area, left_at);
CREATE INDEX rule_meeting_left ON rule_meeting (left_at) WHERE left_at IS NOT NULL;

-- Incidents that were counted in an area.
CREATE TABLE rule_area_event (
  rule text NOT NULL,
  version int NOT NULL,
  area text NOT NULL,
  type text NOT NULL,
  at timestamptz NOT NULL
);
CREATE INDEX rule_area_event_of_area ON rule_area_event (rule, version, area, at);
CREATE INDEX rule_area_event_at ON rule_area_event (at);

-- Areas of which something is known now that was not when they were judged.
CREATE TABLE rule_area_late (
  rule text NOT NULL,
  version int NOT NULL,
  area text NOT NULL,
  first_at timestamptz NOT NULL,
  since timestamptz NOT NULL DEFAULT now(),
  noted_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (rule, version, area)
) WITH (fillfactor = 50);

-- As in rule_area_state, at the checkpoints of row 16 of rule_partition.
CREATE TABLE rule_checkpoint_area (
  partition int NOT NULL DEFAULT 16 CHECK (partition = 16),
  at timestamptz NOT NULL,
  rule text NOT NULL,
  version int NOT NULL,
  area text NOT NULL,
  state text NOT NULL,
  PRIMARY KEY (rule, version, area, at),
  FOREIGN KEY (partition, at) REFERENCES rule_checkpoint ON DELETE CASCADE
);
CREATE INDEX rule_checkpoint_area_at ON rule_checkpoint_area (at);

-- Where devices stood before they were placed elsewhere. Where one is placed first, there it counts as having stood before.
CREATE TABLE device_area_before (
  gateway_id int NOT NULL,
  device text NOT NULL,
  until timestamptz NOT NULL,
  area text NOT NULL,
  PRIMARY KEY (gateway_id, device, until)
);
CREATE INDEX device_area_before_until ON device_area_before (until);

CREATE FUNCTION keep_area() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO device_area_before VALUES (OLD.gateway_id, OLD.name, clock_timestamp(), OLD.area) ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
CREATE TRIGGER device_area_changed AFTER UPDATE OF area ON device FOR EACH ROW
  WHEN (OLD.area IS NOT NULL AND OLD.area IS DISTINCT FROM NEW.area) EXECUTE FUNCTION keep_area();

CREATE INDEX alarm_of_target ON alarm (target, rule, opened_at);
