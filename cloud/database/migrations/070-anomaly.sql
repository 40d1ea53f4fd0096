-- Up to where a device's series has been scored by its model in the cloud: moved by the transaction that stores the
-- scores. `sent_at` is the newest score that the gateway sent itself; these devices are left to it.
CREATE TABLE anomaly_progress (
  scored_until timestamptz NOT NULL,
  sent_at timestamptz,
  gateway_id int NOT NULL REFERENCES gateway,
  device text NOT NULL,
  PRIMARY KEY (gateway_id, device)
);
