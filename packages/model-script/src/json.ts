export type JsonObject = Readonly<Record<string, unknown>>

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value)

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
export const objectsOf = (value: unknown): readonly JsonObject[] => listOf(value).filter(isObject)
export const stringOf = (value: unknown): string => (typeof value === "string" ? value : "")

/** The text in `text`, in a list of parts with `text`, or in a string. Parts of other kinds (images) have none. */
export const textOf = (content: unknown): string =>
  typeof content === "string"
    ? content
    : objectsOf(content)
        .map(({ text }) => stringOf(text))
        .filter((text) => text !== "")
        .join("\n")

/** The JSON value in a text, also when words stand around an object. Undefined when there is none. */
export const parseLoosely = (text: string): unknown => {
  for (const candidate of [text, text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1)])
    try {
      return JSON.parse(candidate) as unknown
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
    }
  return undefined
}
