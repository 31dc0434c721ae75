/** What happened in a history, in words; kept only when somebody wants to read it. */
export interface Trace {
  /** Nobody listens: do not even make the words. */
  readonly isSilent: boolean
  readonly say: (who: string, what: string, text: string, fields?: object) => void
}

export const silentTrace: Trace = { isSilent: true, say: () => undefined }

const SHOWN_MAX_CHARS = 400

/** Writes lines `seconds who what text`. */
export const writtenTrace = (nowMillis: () => number, write: (line: string) => void): Trace => ({
  isSilent: false,
  say: (who, what, text, fields = {}) => {
    const time = (nowMillis() / 1_000).toFixed(3).padStart(9)
    const rest = Object.keys(fields).length === 0 ? "" : ` ${JSON.stringify(fields).slice(0, SHOWN_MAX_CHARS)}`
    write(`${time}  ${who.padEnd(14)} ${what.padEnd(8)} ${text}${rest}`)
  },
})
