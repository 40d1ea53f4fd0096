-- Which thing model a device is of, as whoever placed it says: rules may be for those of one.
ALTER TABLE device ADD COLUMN profile text;
CREATE INDEX device_profile ON device (profile) WHERE profile IS NOT NULL;
