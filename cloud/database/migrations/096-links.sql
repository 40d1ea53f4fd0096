-- Nothing was heard over a link of a gateway (a serial port, or host:port) from `from_at` until `until_at`: nobody knows what the
-- devices behind it did meanwhile.
CREATE TABLE link_unreached (
  gateway_id int NOT NULL REFERENCES gateway,
  link text NOT NULL,
  from_at timestamptz NOT NULL,
  until_at timestamptz,
  devices text[] NOT NULL,
  PRIMARY KEY (gateway_id, link, from_at)
);
CREATE UNIQUE INDEX link_unreached_now ON link_unreached (gateway_id, link) WHERE until_at IS NULL;
