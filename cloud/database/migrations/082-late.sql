-- Late values change what was told of alarms; what was told is kept beside it.

-- Whose alarm it is, as its transitions' ids have it: `gateway/device`, `gateway`, or `area:<token>`.
ALTER TABLE alarm
  ADD COLUMN target text,
  -- No reference: an alarm outlives its area.
  ADD COLUMN area text,
  -- None of its transitions stands any more.
  ADD COLUMN withdrawn boolean NOT NULL DEFAULT false,
  ALTER COLUMN gateway_id DROP NOT NULL,
  ADD CHECK ((gateway_id IS NULL) <> (area IS NULL));
UPDATE alarm a SET target = g.name || '/' || a.device FROM gateway g WHERE g.id = a.gateway_id;
ALTER TABLE alarm ALTER COLUMN target SET NOT NULL;
DROP INDEX alarm_open;
CREATE UNIQUE INDEX alarm_open ON alarm (rule, target, dimension) WHERE closed_at IS NULL;

ALTER TABLE alarm_transition
  -- Made by values that came after their time had been judged.
  ADD COLUMN late boolean NOT NULL DEFAULT false,
  -- Since when it is known that it did not come about.
  ADD COLUMN revised_at timestamptz;

-- What a span is run over again for may grow while it is: what comes meanwhile is noted anew.
ALTER TABLE rule_late
  ADD COLUMN running boolean NOT NULL DEFAULT false,
  ADD COLUMN since timestamptz NOT NULL DEFAULT now(),
  DROP CONSTRAINT rule_late_pkey,
  ADD PRIMARY KEY (rule, gateway_id, device, reason, running);
CREATE INDEX rule_late_due ON rule_late (since) WHERE reason = 'late';

-- Once a day what rules remember is kept, by the platform's time of a partition: from there history is run over again.
ALTER TABLE rule_partition ADD COLUMN checkpoint_at timestamptz NOT NULL DEFAULT '-infinity';
CREATE TABLE rule_checkpoint (
  partition int NOT NULL REFERENCES rule_partition,
  at timestamptz NOT NULL,
  PRIMARY KEY (partition, at)
);
-- As in rule_state: a device that has no row was at rest.
CREATE TABLE rule_checkpoint_state (
  partition int NOT NULL,
  at timestamptz NOT NULL,
  gateway_id int NOT NULL,
  device text NOT NULL,
  states text NOT NULL,
  PRIMARY KEY (partition, at, gateway_id, device),
  FOREIGN KEY (partition, at) REFERENCES rule_checkpoint ON DELETE CASCADE
);

-- A partition is read in one go. 16 is PARTITIONS.
CREATE INDEX rule_state_partition ON rule_state ((gateway_id % 16));
