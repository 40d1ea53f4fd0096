-- Whether gateways are heard of, and when they were not.

-- Since when, without a break, ingest writes down what gateways say of themselves, and until when that is known.
CREATE TABLE listening (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  since timestamptz NOT NULL DEFAULT '-infinity',
  until timestamptz NOT NULL DEFAULT '-infinity'
) WITH (fillfactor = 10);
INSERT INTO listening DEFAULT VALUES;

-- How far a gateway's devices are judged for their silence, as the last transaction of its partition left it: all that was
-- read until `heard_at`, by the gateway's clock, was taken. In this epoch there is no hole above `base`.
CREATE TABLE gateway_reach (
  gateway_id int PRIMARY KEY REFERENCES gateway,
  epoch int8 NOT NULL,
  base int8 NOT NULL,
  heard_at timestamptz NOT NULL,
  reached boolean NOT NULL
) WITH (fillfactor = 50);

-- Nobody knows what its devices did from `from_at` until `until_at`. Where nothing was heard of the gateway itself, that was so
-- from `silent_at` on.
CREATE TABLE gateway_unreached (
  gateway_id int NOT NULL REFERENCES gateway,
  from_at timestamptz NOT NULL,
  until_at timestamptz,
  silent_at timestamptz,
  PRIMARY KEY (gateway_id, from_at)
);
CREATE UNIQUE INDEX gateway_unreached_now ON gateway_unreached (gateway_id) WHERE until_at IS NULL;

-- What a partition reads in each of its turns. 16 is PARTITIONS.
CREATE INDEX gateway_partition ON gateway ((id % 16));
