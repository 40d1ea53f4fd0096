/** Meanings that differ from the text on purpose: a comparison that lets one of them pass sees nothing. */
export const ALTERATIONS = {
  'limits-of-whole-days': 'a limit from history is of all hours of the days before, not of the same one',
  'timers-first': 'what is due comes before the inputs of its moment',
  'no-hysteresis': 'clearBelow and clearAbove are not looked at',
  'between-keeps-pending': 'what is in between does not end the pending',
  'pending-from-last': 'each sample by which it holds begins the pending anew',
  'clearing-goes-on': 'what holds again does not end the clearing',
  'unusable-is-used': 'samples of bad quality count as good ones',
  'reset-is-hold': 'samples that cannot be used reset nothing',
  'share-of-all': 'of counts all samples since the beginning, not the last m',
  'rate-of-last-two': 'the rate is that between the last two samples',
  'stuck-begins-anew': 'a sample that differs makes the run of stuck begin with itself',
  'stale-is-no-data': 'stale counts samples that cannot be used',
  'routes-are-closed': 'a route encloses what lies between its ends',
  'events-leave-early': 'at the end of its time an event is gone before the inputs of that moment',
  'overnight-of-next-day': 'a span over midnight belongs to the day on which it ends',
  'spans-forget': 'at the beginning of a span no value is known',
  'keep-is-clear': 'an alarm ends with its span, whatever the rule says',
  'least-grave': 'the least grave level that is on is told',
} as const
export type Alteration = keyof typeof ALTERATIONS
