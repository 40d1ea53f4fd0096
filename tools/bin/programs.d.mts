export type Program =
  | 'nats-server'
  | 'chromium'
  | 'ffmpeg'
  | 'gcc'
  | 'libmodbus-dev'
  | 'python3-pymodbus'
  | 'gst-rtsp-server'
export function findProgram(program: Program, env?: NodeJS.ProcessEnv): string | undefined
export function ensureProgram(program: Program, say?: (line: string) => void): Promise<string>
export function need(...programs: Program[]): Promise<void>
export function want(...programs: Program[]): Promise<void>
