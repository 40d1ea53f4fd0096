export interface Login {
  readonly username: string
  readonly password: string
}

/** Takes user names and passwords out of what others say: in addresses, and wherever these very words stand. */
export function scrubber(login: Login | undefined): (text: string) => string {
  const secrets = [login?.password ?? '']
    .flatMap((word) => [word, encodeURIComponent(word)])
    .filter((word) => word.length >= 3)
  return (text) =>
    secrets.reduce(
      (clean, secret) => clean.replaceAll(secret, '***'),
      text.replaceAll(/(\w+:\/\/)[^/\s'"]*@/g, '$1***@'),
    )
}

/** The address as ffmpeg wants it, with its login inside: for a pipe, never for arguments or logs. */
export function withLogin(address: string, login: Login | undefined): string {
  if (!login) return address
  const url = new URL(address)
  url.username = encodeURIComponent(login.username)
  url.password = encodeURIComponent(login.password)
  // Left alone by URL, but the end of a word in ffmpeg's playlist.
  return url.href.replaceAll("'", '%27')
}
