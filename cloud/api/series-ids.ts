import Type from 'typebox'

/** `series=1,2,3`: as many as a page shows. Decoded by the validator's conversion of arrays. */
export const MAX_SERIES = 500

export const SeriesIds = Type.Array(Type.Integer({ minimum: 1, maximum: 2_147_483_647 }), {
  minItems: 1,
  maxItems: MAX_SERIES,
  description: 'separated by commas, or repeated',
})
