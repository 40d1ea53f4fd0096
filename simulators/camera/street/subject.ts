import type { Size } from './engine/buffers.ts'
import { type EpisodesOptions, openEpisodes } from './episodes/city.ts'
import type { Live } from './live.ts'
import { openStreet, type StreetOptions } from './street.ts'

/** What there is to be seen, in words that another thread understands too. */
export type Subject =
  | { readonly shows: 'passers-by'; readonly street: Omit<StreetOptions, 'size'> }
  | { readonly shows: 'episodes'; readonly city: Omit<EpisodesOptions, 'size'> }

export function openSubject(subject: Subject, size: Size): Live {
  switch (subject.shows) {
    case 'passers-by':
      return openStreet({ ...subject.street, size })
    case 'episodes':
      return openEpisodes({ ...subject.city, size })
  }
}
