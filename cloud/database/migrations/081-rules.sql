-- Rules, who follows the ledger for them, and the alarms that come of them.

-- What a rule says, once and for all: a change is a new version.
CREATE TABLE rule_version (
  rule text NOT NULL,
  version int NOT NULL,
  document json NOT NULL,
  author text NOT NULL,
  made_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (rule, version)
);
CREATE TRIGGER rule_version_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON rule_version
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Which version counts, and what becomes of the alarms that are open when it begins to.
CREATE TABLE rule (
  id text PRIMARY KEY,
  version int NOT NULL,
  enabled boolean NOT NULL,
  alarms text NOT NULL CHECK (alarms IN ('keep', 'close')),
  changed_at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (id, version) REFERENCES rule_version (rule, version)
);

-- Counts the changes of all rules: who has seen this one has seen them all.
CREATE TABLE rule_revision (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  revision int8 NOT NULL
);
INSERT INTO rule_revision (revision) VALUES (0);

-- Gateways by id modulo the number of rows. Who works on a partition holds its row until the transaction ends, and finds it
-- with the token and the step that it knows, or has no right to it. `clock` is how far the platform's time has come there.
CREATE TABLE rule_partition (
  id int PRIMARY KEY,
  holder uuid,
  held_until timestamptz NOT NULL DEFAULT '-infinity',
  token int8 NOT NULL DEFAULT 0,
  step int8 NOT NULL DEFAULT 0,
  revision int8 NOT NULL DEFAULT 0,
  clock timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 10);
INSERT INTO rule_partition (id) SELECT generate_series(0, 15);

CREATE TABLE rule_process (
  id uuid PRIMARY KEY,
  seen_at timestamptz NOT NULL
) WITH (fillfactor = 10);

-- What of the ledger was taken. `waiting` are those of which some values are not judged as yet: they are read again when
-- a partition changes hands.
CREATE TABLE rule_progress (
  gateway_id int NOT NULL,
  lane int2 NOT NULL,
  epoch int8 NOT NULL,
  taken int8multirange NOT NULL,
  waiting int8multirange NOT NULL DEFAULT '{}',
  PRIMARY KEY (gateway_id, lane, epoch)
) WITH (fillfactor = 50);

-- Since when, by the platform's time, a partition judges by a rule.
CREATE TABLE rule_begun (
  partition int NOT NULL REFERENCES rule_partition,
  rule text NOT NULL,
  version int NOT NULL,
  at timestamptz NOT NULL,
  PRIMARY KEY (partition, rule),
  FOREIGN KEY (rule, version) REFERENCES rule_version
);

-- Of each device that is not at rest what the engine remembers, by rule. Text, since only the engine reads it.
CREATE TABLE rule_state (
  gateway_id int NOT NULL REFERENCES gateway,
  device text NOT NULL,
  states text NOT NULL,
  PRIMARY KEY (gateway_id, device)
) WITH (fillfactor = 50);

-- Values that a rule could not take in their turn: the span of time that it has to be run over again.
CREATE TABLE rule_late (
  rule text NOT NULL,
  gateway_id int NOT NULL REFERENCES gateway,
  device text NOT NULL,
  reason text NOT NULL CHECK (reason IN ('late', 'fault')),
  first_at timestamptz NOT NULL,
  last_at timestamptz NOT NULL,
  inputs int8 NOT NULL,
  noted_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (rule, gateway_id, device, reason)
) WITH (fillfactor = 50);

-- A version of a rule that failed; where a device is named, only there.
CREATE TABLE rule_fault (
  rule text NOT NULL,
  version int NOT NULL,
  gateway_id int NOT NULL,
  device text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('threw', 'slow')),
  message text NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (rule, version, gateway_id, device)
);

-- 告警. Times are those of the values that decided.
CREATE TABLE alarm (
  id int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  rule text NOT NULL,
  version int NOT NULL,
  gateway_id int NOT NULL REFERENCES gateway,
  device text NOT NULL,
  dimension text NOT NULL DEFAULT '',
  severity text NOT NULL,
  opened_at timestamptz NOT NULL,
  changed_at timestamptz NOT NULL,
  closed_at timestamptz
);
CREATE UNIQUE INDEX alarm_open ON alarm (rule, gateway_id, device, dimension) WHERE closed_at IS NULL;
CREATE INDEX alarm_opened ON alarm (opened_at, id);
CREATE INDEX alarm_of_device ON alarm (gateway_id, device, opened_at);

CREATE TABLE alarm_transition (
  id text PRIMARY KEY,
  alarm_id int8 NOT NULL REFERENCES alarm,
  version int NOT NULL,
  at timestamptz NOT NULL,
  from_state text NOT NULL,
  to_state text NOT NULL,
  -- json, not jsonb: what a device says may hold \u0000.
  value json NOT NULL,
  why json NOT NULL,
  told_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX alarm_transition_alarm ON alarm_transition (alarm_id, at);
