/** Text as the log can hold it: no NUL, no lone surrogate, at most so many UTF-16 units (the end is cut). */
export const storable = (text: string, maxChars: number): string =>
  text.replaceAll("\u0000", "\uFFFD").slice(0, maxChars).toWellFormed()
