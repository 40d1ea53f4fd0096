-- The register: what has ever spoken to the platform. Made at first sight, `claimed` by a person later.

CREATE TABLE gateway (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL UNIQUE,
  claimed boolean NOT NULL DEFAULT false,
  first_seen timestamptz NOT NULL DEFAULT now(),
  -- json, not jsonb: what a gateway says may hold \u0000.
  last_status json,
  last_status_at timestamptz
);

CREATE TABLE device (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  gateway_id int NOT NULL REFERENCES gateway,
  name text NOT NULL,
  claimed boolean NOT NULL DEFAULT false,
  first_seen timestamptz NOT NULL DEFAULT now(),
  UNIQUE (gateway_id, name)
);

-- A point that changes its type is another series: no value is ever bent to fit.
CREATE TABLE series (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  gateway_id int NOT NULL REFERENCES gateway,
  device text NOT NULL,
  property text NOT NULL,
  type text NOT NULL,
  decimals int2,
  unit text,
  first_seen timestamptz NOT NULL DEFAULT now(),
  UNIQUE (gateway_id, device, property, type)
);

CREATE TABLE point_table (
  hash bytea PRIMARY KEY,
  bytes bytea NOT NULL,
  first_seen timestamptz NOT NULL DEFAULT now()
);
ALTER TABLE point_table ALTER bytes SET STORAGE EXTERNAL;

-- Every start of a gateway's agent, in the order in which they were heard of.
CREATE TABLE gateway_epoch (
  gateway_id int NOT NULL REFERENCES gateway,
  epoch int8 NOT NULL,
  first_seen timestamptz NOT NULL DEFAULT now(),
  last_seen timestamptz NOT NULL DEFAULT now(),
  superseded_at timestamptz,
  PRIMARY KEY (gateway_id, epoch)
);
