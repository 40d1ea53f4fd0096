/** The area `a` of the level `k.level` that is, or is above, the area of `d`. */
export const AREA_ABOVE = `
  LEFT JOIN area lowest ON lowest.token = d.area
  -- Look-ups by name, however many areas there are.
  LEFT JOIN LATERAL (
    SELECT x.token FROM unnest(string_to_array(lowest.path, '/')) AS step JOIN area x ON x.token = step
    WHERE x.level = k.level
  ) a ON true`
