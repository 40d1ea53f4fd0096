-- CloudEvents as they came, and the pictures that go with them.

CREATE TABLE event (
  gateway_id int NOT NULL REFERENCES gateway,
  id text NOT NULL,
  incident text NOT NULL,
  type text NOT NULL,
  subject text NOT NULL,
  source text NOT NULL,
  time timestamptz NOT NULL,
  area text,
  confidence float8,
  evidence bytea[] NOT NULL DEFAULT '{}',
  -- json, not jsonb: what a device says may hold \u0000.
  body json NOT NULL,
  arrived_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (gateway_id, id)
);
CREATE INDEX event_time ON event (time);
CREATE INDEX event_incident ON event (incident);

-- An event's evidence is pending until each of its hashes stands here as stored.
CREATE TABLE evidence (
  sha256 bytea PRIMARY KEY,
  state text NOT NULL CHECK (state IN ('pending', 'stored')),
  gateway_id int NOT NULL REFERENCES gateway,
  content_type text NOT NULL,
  size int8 NOT NULL,
  parts int NOT NULL,
  at timestamptz NOT NULL,
  stored_at timestamptz
);
