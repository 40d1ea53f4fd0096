-- What devices were before their attributes were changed: rules that are run over again judge by what counted then.
CREATE TABLE device_attributes_before (
  gateway_id int NOT NULL,
  device text NOT NULL,
  until timestamptz NOT NULL,
  attributes jsonb NOT NULL,
  PRIMARY KEY (gateway_id, device, until)
);
CREATE INDEX device_attributes_before_until ON device_attributes_before (until);

CREATE FUNCTION keep_attributes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO device_attributes_before VALUES (OLD.gateway_id, OLD.name, clock_timestamp(), OLD.attributes) ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
CREATE TRIGGER device_attributes_changed AFTER UPDATE OF attributes ON device FOR EACH ROW
  WHEN (OLD.attributes IS DISTINCT FROM NEW.attributes) EXECUTE FUNCTION keep_attributes();
