/** What a benchmark needs is not on this machine: there is no figure, good or bad. */
export class MissingData extends Error {}
