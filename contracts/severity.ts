import Type from 'typebox'

/** 提示 一般 较大 重大, from the least on. */
export const SEVERITIES = ['info', 'minor', 'major', 'critical'] as const
export type Severity = (typeof SEVERITIES)[number]
export const Severity = Type.Enum(SEVERITIES)
