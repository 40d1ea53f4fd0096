-- "Roll-ups of this hour, day, week or month have changed": written with the roll-ups, deleted by whoever has made something
-- of them since. Only added to, never joined: a mark that is there may be on its way out.
CREATE TABLE period_mark (
  id int8 GENERATED ALWAYS AS IDENTITY,
  at timestamptz NOT NULL,
  period text NOT NULL,
  PRIMARY KEY (period, at, id)
);
