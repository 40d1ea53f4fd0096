-- An incident is the events that bear its name: they are read together, and those of one device in the order of time.

DROP INDEX event_incident;
CREATE INDEX event_incident ON event (gateway_id, incident, time);
CREATE INDEX event_of_device ON event (gateway_id, subject, time);
