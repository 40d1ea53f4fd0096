import type { ModelCommand } from './command.ts'

interface Listed {
  readonly summary: string
  /** Loaded when called: who signs needs no inference runtime. */
  readonly load: () => Promise<ModelCommand>
}

/** In the order in which a model goes through them. */
export const MODEL_COMMANDS: Readonly<Record<string, Listed>> = {
  inspect: {
    summary: '看模型        what an ONNX file is: head, input, classes; --yaml writes its card',
    load: async () => (await import('./commands/inspect.ts')).inspect,
  },
  detect: {
    summary: '检测图片      what it sees in pictures',
    load: async () => (await import('./commands/detect.ts')).detect,
  },
  evaluate: {
    summary: '评测          how well it does on a marked dataset: mAP, precision, recall',
    load: async () => (await import('./commands/evaluate.ts')).evaluateModel,
  },
  'train-anomaly': {
    summary: '训练异常模型  trains a model of what is normal in a device’s own series',
    load: async () => (await import('./commands/train-anomaly.ts')).trainAnomalyModel,
  },
  score: {
    summary: '异常打分      how strange a device’s series is, step by step',
    load: async () => (await import('./commands/score.ts')).scoreSeries,
  },
  pack: {
    summary: '打包          checks a folder of card and weights, and lists its files with their sha256',
    load: async () => (await import('./commands/pack.ts')).packModel,
  },
  keygen: {
    summary: '生成密钥      a pair of keys to sign with',
    load: async () => (await import('./commands/keygen.ts')).keygen,
  },
  sign: {
    summary: '签名          signs what was packed',
    load: async () => (await import('./commands/sign.ts')).signModel,
  },
  verify: {
    summary: '验证          whether a gateway would take it',
    load: async () => (await import('./commands/verify.ts')).verifyModel,
  },
}
