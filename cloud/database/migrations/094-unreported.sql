-- Whether a gateway reports. One of which only records came may not have had the time to: nobody knows yet.
ALTER TABLE gateway_reach ADD COLUMN reports text NOT NULL DEFAULT 'yes' CHECK (reports IN ('yes', 'not-yet', 'never'));
INSERT INTO gateway_reach (gateway_id, epoch, base, heard_at, reached, reports)
SELECT id, 0, 0, now(), true, 'never' FROM gateway g
WHERE last_status_at IS NULL AND EXISTS (SELECT FROM rule_progress p WHERE p.gateway_id = g.id);
