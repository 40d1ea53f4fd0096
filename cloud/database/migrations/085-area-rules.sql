-- Rules over areas: what is judged at devices becomes facts, and by these areas are judged.

-- Those who judge areas hold row 16 of rule_partition, as those who judge devices hold theirs. Its time is behind all of them.
INSERT INTO rule_partition (id, clock) SELECT 16, min(clock) FROM rule_partition;

-- A device has come to meet a condition of a rule or meets it no more, or an incident has begun there. Taken away when taken up.
CREATE TABLE rule_fact (
  id int8 GENERATED ALWAYS AS IDENTITY,
  -- By the platform's time: nothing that is earlier than this fact will come any more.
  due_at timestamptz NOT NULL,
  rule text NOT NULL,
  version int NOT NULL,
  gateway_id int NOT NULL REFERENCES gateway,
  device text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('meets', 'left', 'event')),
  -- The condition by its field, or the type of the event.
  what text NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (due_at, id)
);

-- Which devices meet a condition, and in which area they count: in none, where they stand in none of the rule's level.
CREATE TABLE rule_meeting (
  rule text NOT NULL,
  version int NOT NULL,
  part text NOT NULL,
  gateway_id int NOT NULL REFERENCES gateway,
  device text NOT NULL,
  area text,
  PRIMARY KEY (rule, version, part, gateway_id, device)
) WITH (fillfactor = 50);

-- What the engine remembers of each area that is not at rest.
CREATE TABLE rule_area_state (
  rule text NOT NULL,
  version int NOT NULL,
  area text NOT NULL,
  state text NOT NULL,
  PRIMARY KEY (rule, version, area)
) WITH (fillfactor = 50);
