import { RULE_DAYS } from '@ganzhi/contracts/rule-schedule'

type Day = (typeof RULE_DAYS)[number]

const WEEK: readonly Day[] = RULE_DAYS.slice(0, 7)

/** Three days of the week or more in a row are told by the first and the last of them. */
export function dayRuns(days: readonly Day[]): Day[][] {
  const runs: Day[][] = []
  for (const day of RULE_DAYS.filter((each) => days.includes(each))) {
    const run = runs.at(-1)
    const before = WEEK[WEEK.indexOf(day) - 1]
    if (run && before !== undefined && run.at(-1) === before) run.push(day)
    else runs.push([day])
  }
  return runs.flatMap((run) =>
    run.length < 3 ? run.map((day) => [day]) : [[...run.slice(0, 1), ...run.slice(-1)]],
  )
}
