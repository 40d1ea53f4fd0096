-- 城市体征指标: figures of every area, by hour, day, week or month.

CREATE TABLE indicator (
  -- Of what it measures: another number where that is another.
  number int GENERATED ALWAYS AS IDENTITY UNIQUE,
  id text PRIMARY KEY,
  period text NOT NULL CHECK (period IN ('hour', 'day', 'week', 'month')),
  document json NOT NULL,
  author text NOT NULL,
  changed_at timestamptz NOT NULL DEFAULT now(),
  -- Starts of the first period that is computed, and of the first after the last.
  computed_from timestamptz,
  computed_until timestamptz,
  CHECK ((computed_from IS NULL) = (computed_until IS NULL))
);

-- Of areas where at least one device should tell it; null where too few have. What bears no indicator's number any more is
-- deleted in its time: an indicator that goes must not wait for a million rows.
CREATE TABLE indicator_value (
  at timestamptz NOT NULL,
  value float8,
  indicator int NOT NULL,
  expected int NOT NULL,
  present int NOT NULL,
  area text NOT NULL,
  PRIMARY KEY (indicator, at, area)
);

-- Indicators ask for all devices that have a property.
CREATE INDEX series_property ON series (property);
