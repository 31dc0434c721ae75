export * from "#src/errors.ts"
export * from "#src/limits.ts"
export * from "#src/port.ts"
export type { LogSink } from "#src/log-sink.ts"
