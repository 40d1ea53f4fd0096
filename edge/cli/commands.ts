import type { Command } from './command.ts'

export interface Listed {
  readonly summary: string
  /** Loaded when called: an agent that runs for months holds no spreadsheet reader. */
  readonly load: () => Promise<Command>
}

/** Every command, in the order in which an installer meets them. */
export const COMMANDS: Readonly<Record<string, Listed>> = {
  scan: {
    summary: '找设备          find devices on serial ports or the network',
    load: async () => (await import('./commands/scan.ts')).scan,
  },
  read: {
    summary: '读一次          read a device once; --explore shows every byte order',
    load: async () => (await import('./commands/read.ts')).read,
  },
  write: {
    summary: '写一个点        set one point, and read it back',
    load: async () => (await import('./commands/write.ts')).write,
  },
  plan: {
    summary: '读取计划与预算  the requests, their time, and the bus budget',
    load: async () => (await import('./commands/plan.ts')).plan,
  },
  import: {
    summary: '导入点表        make a profile of a CSV or Excel list of points',
    load: async () => (await import('./commands/import.ts')).importPoints,
  },
  camera: {
    summary: '摄像机          test a camera, take a picture, find cameras, seal a password',
    load: async () => (await import('./commands/camera.ts')).camera,
  },
  'camera live': {
    summary: '摄像机直播      what the agent sees, in a browser, with boxes',
    load: async () => (await import('./commands/camera-live.ts')).cameraLive,
  },
  'camera accept': {
    summary: '认可新画面      take the present view of a camera that was moved for the right one',
    load: async () => (await import('./commands/camera-accept.ts')).cameraAccept,
  },
  'camera measure': {
    summary: '摄像机成本      what a camera and a model cost on this gateway',
    load: async () => (await import('./commands/camera-measure.ts')).cameraMeasure,
  },
  doctor: {
    summary: '体检            what is wrong with this gateway, and the remedy',
    load: async () => (await import('./commands/doctor.ts')).doctor,
  },
  run: {
    summary: '运行代理        run the agent',
    load: async () => (await import('./commands/run.ts')).runAgent,
  },
  command: {
    summary: '反向控制        set a property through the agent: interlocks, journal, read-back',
    load: async () => (await import('./commands/command.ts')).commandAgent,
  },
  status: {
    summary: '查看状态        what the agent reads, holds and has delivered',
    load: async () => (await import('./commands/status.ts')).status,
  },
}
