/** Where ingest can be told to fail, in the order in which a batch passes them. */
export const INGEST_STEPS = [
  'fetched',
  'began',
  'keys-inserted',
  'copying',
  'copied',
  'before-commit',
  'committed',
  'acked-some',
  'acked',
  'before-receipt',
  'receipted',
] as const
