-- 反向控制: what was asked of devices, and all that became of it. Both tables only grow.

CREATE TABLE command (
  seq int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id text NOT NULL UNIQUE,
  gateway_id int NOT NULL REFERENCES gateway,
  device text NOT NULL,
  property text NOT NULL,
  author text NOT NULL,
  asked_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  -- As the gateway is told it: the same at every try.
  body json NOT NULL
);
CREATE INDEX command_device ON command (gateway_id, device, seq);

-- A command is in each state at most once, as the gateway knows it and as the platform does.
CREATE TABLE command_step (
  command_seq int8 NOT NULL REFERENCES command,
  source text NOT NULL CHECK (source IN ('platform', 'gateway')),
  state text NOT NULL,
  at timestamptz NOT NULL,
  author text,
  -- json, not jsonb: what a device says may hold \u0000.
  value json,
  error json,
  last boolean NOT NULL DEFAULT false,
  arrived_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (command_seq, source, state)
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% only grows', TG_TABLE_NAME;
END $$;
CREATE TRIGGER command_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON command
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER command_step_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON command_step
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Where each command stands: follows from its steps. And its way to the gateway, which is asked again at `try_at`;
-- `missed` are the tries after which the gateway certainly has it not: with `tries` equal to it, it never arrived.
CREATE TABLE command_progress (
  command_seq int8 PRIMARY KEY REFERENCES command,
  state text NOT NULL,
  ended boolean NOT NULL DEFAULT false,
  try_at timestamptz,
  tries int NOT NULL DEFAULT 0,
  missed int NOT NULL DEFAULT 0,
  -- Why the last try came to nothing.
  hindrance json,
  -- Who wants it cancelled, until the gateway has answered that.
  cancel_author text
) WITH (fillfactor = 70);
CREATE INDEX command_progress_due ON command_progress (try_at) WHERE try_at IS NOT NULL;
CREATE INDEX command_progress_state ON command_progress (state, command_seq);
