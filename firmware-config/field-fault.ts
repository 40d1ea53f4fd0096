/** What is wrong with one field of a document. */
export interface FieldFault {
  readonly path: readonly (string | number)[]
  readonly message: string
  readonly remedy: string
}
