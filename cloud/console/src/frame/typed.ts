/** What a field holds after somebody has typed or chosen something. */
export function typed({ target }: Event): string {
  return (target as HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement).value
}
