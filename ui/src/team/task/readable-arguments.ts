/**
 * The arguments of an action: JSON that stands in one line is laid out for reading, everything else is the text as it was asked. Only
 * where laying out loses nothing: of a key that stands twice, or of a number too long, the reader would see less than the agent gets.
 */
export function readableArguments(detail: string): string {
  if (!/^[[{]/.test(detail)) return detail
  try {
    const value: unknown = JSON.parse(detail)
    return JSON.stringify(value) === detail ? JSON.stringify(value, null, 2) : detail
  } catch {
    // Not JSON after all: it is shown as it was asked.
    return detail
  }
}
