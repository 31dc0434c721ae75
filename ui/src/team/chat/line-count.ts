/** Signs that a line of the chat holds, roughly. */
const LINE_CHARS = 80

/** About how many lines a text takes: long ones wrap. */
export const lineCount = (text: string): number =>
  text.split("\n").reduce((count, line) => count + Math.max(1, Math.ceil(line.length / LINE_CHARS)), 0)
