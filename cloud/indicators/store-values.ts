/**
 * SQL, behind a CTE `fresh (number, area, value, expected, present)`: what is stored of these indicators for this time is
 * then that, and nothing else. What stays the same is not written.
 */
export function storeFresh(numbers: string, at: string): string {
  return `, gone AS (
    DELETE FROM indicator_value AS v
     WHERE v.indicator = ANY (${numbers}::int[]) AND v.at = ${at}
       AND NOT EXISTS (SELECT FROM fresh f WHERE f.number = v.indicator AND f.area = v.area)
  )
  INSERT INTO indicator_value AS v (indicator, at, area, value, expected, present)
  SELECT number, ${at}, area, value, expected, present FROM fresh
  ON CONFLICT (indicator, at, area) DO UPDATE
     SET value = excluded.value, expected = excluded.expected, present = excluded.present
   WHERE (v.value, v.expected, v.present) IS DISTINCT FROM (excluded.value, excluded.expected, excluded.present)`
}
