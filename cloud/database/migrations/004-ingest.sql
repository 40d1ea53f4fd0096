-- Every transaction of ingest counts up its own row. Who then reads fewer than it committed is talking to a database
-- that went back in time, and forgets all that it had cached.
CREATE TABLE ingest_process (
  id uuid PRIMARY KEY,
  commits int8 NOT NULL DEFAULT 0,
  seen_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 50);

-- What could not be taken in, with the reason. `gateway` is what the subject says, where it says anything.
CREATE TABLE quarantine (
  id int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  gateway text,
  subject text NOT NULL,
  headers json NOT NULL,
  body bytea NOT NULL,
  reason text NOT NULL,
  at timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE quarantine ALTER body SET STORAGE EXTERNAL;
CREATE INDEX quarantine_at ON quarantine (at);
