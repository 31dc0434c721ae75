const REFERENCE = /\{(\w+)\.(\w+)\}/gu

type Fields = Readonly<Record<string, unknown>>
const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** What tools answered, by the names that a script gave. A reference to what is not known stays: it may be one of a script within. */
export const knownAnswers = () => {
  const answers = new Map<string, Fields>()
  const fillText = (text: string): string =>
    text.replaceAll(REFERENCE, (whole: string, name: string, key: string) => {
      const value = answers.get(name)?.[key]
      return value === undefined ? whole : typeof value === "string" ? value : JSON.stringify(value)
    })
  const fill = (value: unknown): unknown => {
    if (typeof value === "string") return fillText(value)
    if (Array.isArray(value)) return value.map(fill)
    return isFields(value) ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fill(each)])) : value
  }
  return {
    keep: (name: string, json: string): void => {
      const value: unknown = JSON.parse(json)
      if (isFields(value)) answers.set(name, value)
    },
    fill,
  }
}
