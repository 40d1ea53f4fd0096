-- Places: the tree of areas, and where on it each device stands.

-- Whoever changes places counts this up first, and holds it until the commit. So changes are committed in the order of
-- their revisions, and no two of them together make a tree that neither would have made alone.
CREATE TABLE place_revision (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  revision int8 NOT NULL
);
INSERT INTO place_revision (revision) VALUES (0);

CREATE TABLE area (
  token text PRIMARY KEY,
  level text NOT NULL CHECK (level IN ('city', 'county', 'street', 'community', 'grid')),
  name_zh text NOT NULL,
  name_en text,
  -- Deferred: two areas may exchange their codes.
  code text UNIQUE DEFERRABLE INITIALLY DEFERRED,
  parent text REFERENCES area,
  -- Tokens from the top, each with a slash behind it. In this collation what lies below an area follows it without gaps.
  path text COLLATE "C" NOT NULL,
  -- GeoJSON, and the box around it.
  border json,
  bounds box,
  -- Of the last change of its path.
  revision int8 NOT NULL
);
CREATE INDEX area_path ON area (path);
CREATE INDEX area_parent ON area (parent);
CREATE INDEX area_bounds ON area USING gist (bounds);

ALTER TABLE device
  ADD COLUMN area text REFERENCES area,
  ADD COLUMN lon float8,
  ADD COLUMN lat float8,
  ADD COLUMN tags text[] NOT NULL DEFAULT '{}',
  ADD COLUMN attributes jsonb NOT NULL DEFAULT '{}',
  ADD COLUMN place_revision int8 NOT NULL DEFAULT 0,
  ADD CHECK ((lon IS NULL) = (lat IS NULL));
-- Without its gateway, as people and rules may name it.
CREATE INDEX device_name ON device (name);
-- Devices that were only heard of are in none of these.
CREATE INDEX device_area ON device (area) WHERE area IS NOT NULL;
CREATE INDEX device_tags ON device USING gin (tags) WHERE tags <> '{}';
CREATE INDEX device_place_revision ON device (place_revision) WHERE place_revision > 0;
