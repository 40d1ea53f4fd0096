-- What people are told of alarms, and what keeps them from being told.

-- 静默与维护窗口. What it says never changes; somebody may end it before its time.
CREATE TABLE silence (
  id int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  document json NOT NULL,
  from_at timestamptz NOT NULL,
  until_at timestamptz NOT NULL,
  author text NOT NULL,
  made_at timestamptz NOT NULL DEFAULT now(),
  ended_by text,
  ended_at timestamptz,
  CHECK (from_at < until_at),
  CHECK ((ended_by IS NULL) = (ended_at IS NULL))
);
CREATE INDEX silence_until ON silence (until_at);

-- The newest counts; where there is none, the one that comes with the platform.
CREATE TABLE notice_policy (
  version int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  policy json NOT NULL,
  author text NOT NULL,
  made_at timestamptz NOT NULL DEFAULT now()
);
CREATE TRIGGER notice_policy_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON notice_policy
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Who takes care of an alarm. The newest counts, for what was no graver than it was then.
CREATE TABLE alarm_acknowledgement (
  id int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  alarm_id int8 NOT NULL REFERENCES alarm,
  severity text NOT NULL,
  author text NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  note text
);
CREATE INDEX alarm_acknowledgement_alarm ON alarm_acknowledgement (alarm_id, id);

-- What has happened that people may have to be told of: taken out by the transaction that has seen to it, whatever it was
-- that committed last. Neither a transition nor an acknowledgement: silences or the policy were changed.
CREATE TABLE notice_inbox (
  seq int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  transition text,
  -- It is told, or taken back, afterwards: it waits for what happens now.
  past boolean NOT NULL DEFAULT false,
  acknowledgement int8
);

CREATE FUNCTION note_transitions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO notice_inbox (transition, past) SELECT id, late FROM made;
  RETURN NULL;
END $$;
CREATE TRIGGER alarm_transition_made AFTER INSERT ON alarm_transition
  REFERENCING NEW TABLE AS made FOR EACH STATEMENT EXECUTE FUNCTION note_transitions();

CREATE FUNCTION note_revisions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO notice_inbox (transition, past) SELECT id, true FROM after JOIN before USING (id)
  WHERE after.revised_at IS DISTINCT FROM before.revised_at;
  RETURN NULL;
END $$;
CREATE TRIGGER alarm_transition_revised AFTER UPDATE ON alarm_transition
  REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION note_revisions();

-- Of alarms that are open nobody was told as yet.
INSERT INTO notice_inbox (transition, past)
  SELECT t.id, t.late FROM alarm_transition t JOIN alarm a ON a.id = t.alarm_id
  WHERE a.closed_at IS NULL AND t.revised_at IS NULL ORDER BY t.told_at, t.at;

-- What is remembered of each rule and target while people are told of its alarms. Text, since only one function reads it.
CREATE TABLE notice_episode (
  key text PRIMARY KEY,
  -- Its newest.
  alarm_id int8 NOT NULL REFERENCES alarm,
  silence_id int8 REFERENCES silence,
  episode text NOT NULL
) WITH (fillfactor = 50);
CREATE INDEX notice_episode_alarm ON notice_episode (alarm_id);
CREATE INDEX notice_episode_silence ON notice_episode (silence_id) WHERE silence_id IS NOT NULL;

-- One process at a time holds this row. `step` counts the transactions: who finds another than he left reads all anew.
CREATE TABLE notice_follower (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  holder uuid,
  held_until timestamptz NOT NULL DEFAULT '-infinity',
  step int8 NOT NULL DEFAULT 0,
  clock timestamptz NOT NULL DEFAULT now(),
  -- What is told together with what is still to come.
  gathering text NOT NULL DEFAULT '{"gates":[],"digest":null}'
) WITH (fillfactor = 10);
INSERT INTO notice_follower DEFAULT VALUES;

-- 通知, in the order in which they are told. The document is what the API shows.
CREATE TABLE notice (
  id int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at timestamptz NOT NULL,
  kind text NOT NULL,
  severity text NOT NULL,
  rule text,
  gateway text,
  withheld boolean NOT NULL,
  -- json, not jsonb: names may hold \u0000.
  document json NOT NULL
);
CREATE TRIGGER notice_stays BEFORE UPDATE OR TRUNCATE ON notice
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE INDEX notice_at ON notice (at);

CREATE TABLE notice_alarm (
  alarm_id int8 NOT NULL,
  notice_id int8 NOT NULL REFERENCES notice ON DELETE CASCADE,
  PRIMARY KEY (alarm_id, notice_id)
);
CREATE INDEX notice_alarm_notice ON notice_alarm (notice_id);
