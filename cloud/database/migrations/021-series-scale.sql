-- Digits behind the point: a series' float8s, wherever they are kept, are its values times 10^scale, and so mostly whole
-- numbers, which the columnstore packs far better. Set at first sight; nothing that is stored could follow a change.
ALTER TABLE series ADD COLUMN scale int2 NOT NULL DEFAULT 0 CHECK (scale BETWEEN 0 AND 9);
