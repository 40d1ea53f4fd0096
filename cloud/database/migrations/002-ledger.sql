-- The ledger: which records the database holds. What stands here decides whether a record is new.

-- Epochs are 64 random bits; lanes and states are small codes (cloud/ledger/codes.ts).
-- `day` is the ledger day of arrival, kept in ledger_day and turned over under an exclusive advisory lock that every
-- ingest transaction holds shared. So a key is only ever inserted into one partition at a time, whose primary key
-- settles races; keys of earlier days are committed, and a look-up sees them.
CREATE TABLE ledger (
  epoch int8 NOT NULL,
  seq int8 NOT NULL,
  at timestamptz NOT NULL,
  arrived_at timestamptz NOT NULL DEFAULT now(),
  gateway_id int NOT NULL,
  day date NOT NULL,
  rows int NOT NULL,
  lane int2 NOT NULL,
  state int2 NOT NULL,
  sha256 bytea NOT NULL,
  bytes bytea,
  PRIMARY KEY (gateway_id, lane, epoch, seq, day)
) PARTITION BY LIST (day);
-- Bodies are zstd already.
ALTER TABLE ledger ALTER bytes SET STORAGE EXTERNAL;

CREATE TABLE ledger_day (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  day date NOT NULL
);
INSERT INTO ledger_day (day) VALUES ('-infinity');

-- What is left of the ledger after 72 h: for a gateway, lane, epoch and day of the records' own time, which there were.
-- Column order keeps a row at 76 bytes; `ranges` is only there where the seqs are not first_seq, first_seq + 1, …
CREATE TABLE ledger_fold (
  epoch int8 NOT NULL,
  first_seq int8 NOT NULL,
  gateway_id int NOT NULL,
  day date NOT NULL,
  n int NOT NULL,
  lane int2 NOT NULL,
  hash uuid NOT NULL,
  ranges int8multirange
);
CREATE INDEX ledger_fold_gateway_day ON ledger_fold (gateway_id, day);

-- Progress of a lane of an epoch. `contiguous` is a resting point: everything up to it is stored or named.
-- `head` is what the gateway last said it accepted; seqs up to `folded_max` may stand in ledger_fold.
CREATE TABLE lane_progress (
  epoch int8 NOT NULL,
  contiguous int8 NOT NULL DEFAULT 0,
  folded_max int8 NOT NULL DEFAULT 0,
  head int8 NOT NULL DEFAULT 0,
  first_seen timestamptz NOT NULL DEFAULT now(),
  gateway_id int NOT NULL,
  lane int2 NOT NULL,
  PRIMARY KEY (gateway_id, lane, epoch)
) WITH (fillfactor = 70);

-- Records that will never come, and why. What turns up after all is cut out again.
CREATE TABLE gap (
  id int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  gateway_id int NOT NULL,
  lane int2 NOT NULL,
  epoch int8 NOT NULL,
  first_seq int8 NOT NULL,
  last_seq int8 NOT NULL,
  reason text NOT NULL,
  source text NOT NULL CHECK (source IN ('edge', 'cloud')),
  at timestamptz NOT NULL,
  arrived_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX gap_lane ON gap (gateway_id, lane, epoch, last_seq);

-- Batches whose point table nobody has sent yet. Their keys stand in the ledger like any other.
CREATE TABLE parked (
  gateway_id int NOT NULL,
  lane int2 NOT NULL,
  epoch int8 NOT NULL,
  seq int8 NOT NULL,
  table_hash bytea NOT NULL,
  bytes bytea NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (gateway_id, lane, epoch, seq)
);
ALTER TABLE parked ALTER bytes SET STORAGE EXTERNAL;
CREATE INDEX parked_table ON parked (table_hash);

-- Two that claim to be one: kind 'hash' is a key that came with two bodies, 'epoch' a run of the agent that spoke
-- again after a later one had.
CREATE TABLE identity_conflict (
  id int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  gateway_id int NOT NULL REFERENCES gateway,
  kind text NOT NULL CHECK (kind IN ('hash', 'epoch')),
  epoch int8 NOT NULL,
  lane int2 NOT NULL DEFAULT -1,
  seq int8 NOT NULL DEFAULT 0,
  sha256 bytea NOT NULL DEFAULT '',
  at timestamptz NOT NULL DEFAULT now(),
  resolved_at timestamptz,
  UNIQUE (gateway_id, epoch, lane, seq, kind, sha256)
);

-- Exclusive or of the two halves of a sha256: the order in which records are folded does not matter.
CREATE FUNCTION ledger_hash_word(sha256 bytea, word int) RETURNS int8
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN ('x' || encode(substr(sha256, word * 8 + 1, 8), 'hex'))::bit(64)::int8
       # ('x' || encode(substr(sha256, word * 8 + 17, 8), 'hex'))::bit(64)::int8;

CREATE FUNCTION ledger_hash(high int8, low int8) RETURNS uuid
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN (lpad(to_hex(high), 16, '0') || lpad(to_hex(low), 16, '0'))::uuid;

CREATE FUNCTION ledger_hash_part(hash uuid, part int) RETURNS int8
  LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN ('x' || substr(replace(hash::text, '-', ''), part * 16 + 1, 16))::bit(64)::int8;
