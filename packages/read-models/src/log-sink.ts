/** Where the read models report what they survived: any logger of the platform fits. Fields never hold event data. */
export interface LogSink {
  readonly warn: (fields: Readonly<Record<string, unknown>>, message: string) => void
}

export const silentSink: LogSink = { warn: () => undefined }
