CREATE TABLE person (
  id            int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name          text NOT NULL UNIQUE,
  password_hash text NOT NULL,
  created_at    timestamptz NOT NULL DEFAULT now()
);

-- Only the hash of a session's token is kept: who reads this table can't take over a session.
CREATE TABLE session (
  token_hash bytea PRIMARY KEY,
  person_id  int NOT NULL REFERENCES person ON DELETE CASCADE,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL
);

CREATE INDEX session_person ON session (person_id);
CREATE INDEX session_expiry ON session (expires_at);
