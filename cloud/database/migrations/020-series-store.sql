-- What the series store keeps in the same form on plain PostgreSQL and on TimescaleDB. Samples and roll-ups differ:
-- cloud/series-store makes them at its start.

-- Fixed when the store is made: other days, or another backend, would be another store.
CREATE TABLE series_store (
  singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton),
  backend text NOT NULL,
  time_zone text NOT NULL
);

-- The newest sample of each series, by (ts, epoch, seq, position). A page holds each row twice, so that the new version
-- of a row lies beside the old one and the index is not touched.
CREATE TABLE latest (
  ts timestamptz NOT NULL,
  epoch int8 NOT NULL,
  seq int8 NOT NULL,
  value float8,
  series_id int PRIMARY KEY,
  position int NOT NULL,
  quality int2 NOT NULL,
  body json
) WITH (fillfactor = 45);

-- "Samples of this gateway in this bucket have changed": written with the samples, deleted with the roll-up that saw them.
-- `rollup` is the position in ROLLUPS; the index is the order in which marks are worked off.
CREATE TABLE dirty_mark (
  id int8 GENERATED ALWAYS AS IDENTITY,
  bucket timestamptz NOT NULL,
  gateway_id int NOT NULL,
  rollup int2 NOT NULL,
  PRIMARY KEY (rollup, bucket, gateway_id, id)
) WITH (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 10000);
