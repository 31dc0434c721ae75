import { isObject, parseLoosely } from "#src/json.ts"

const REFERENCE = /\$(\$?)TOOL(?:\[(-?\d+)\]((?:\.\w+|\[\d+\])*))?/gu
const KEY = /\.(\w+)|\[(\d+)\]/gu

const MISSING = "(no such value)"

const resultAt = (results: readonly string[], index: string | undefined): string | undefined => {
  const place = Number(index ?? -1)
  return place < 0 ? results.at(place) : results[place - 1]
}

const valueAt = (text: string, path: string): unknown => {
  let value = parseLoosely(text)
  for (const [, name, place] of path.matchAll(KEY)) {
    if (name !== undefined && isObject(value) && Object.hasOwn(value, name)) value = value[name]
    else if (place !== undefined && Array.isArray(value)) value = (value as readonly unknown[])[Number(place)]
    else return undefined
  }
  return value
}

const resolve = (results: readonly string[], index: string | undefined, path: string | undefined): unknown => {
  const text = resultAt(results, index)
  return text === undefined || path === undefined || path === "" ? text : valueAt(text, path)
}

const asText = (value: unknown): string =>
  value === undefined ? MISSING : typeof value === "string" ? value : JSON.stringify(value)

/**
 * Puts what tools said into a text: `$TOOL` is the last result, `$TOOL[2]` the second since the user spoke, `$TOOL[-1].tasks[0].id` a
 * value inside a JSON result. `$$TOOL` stays, as `$TOOL`, for a script within the script.
 */
export const fillText = (text: string, results: readonly string[]): string =>
  text.replace(REFERENCE, (whole: string, escape: string, index: string | undefined, path: string | undefined) =>
    escape === "" ? asText(resolve(results, index, path)) : whole.slice(1),
  )

/** The same at any depth of a JSON value. A string that is one reference and nothing else becomes the value itself. */
export const fill = (value: unknown, results: readonly string[]): unknown => {
  if (typeof value === "string") {
    const [match] = value.matchAll(REFERENCE)
    if (match !== undefined && match[0] === value && match[1] === "")
      return resolve(results, match[2], match[3]) ?? MISSING
    return fillText(value, results)
  }
  if (Array.isArray(value)) return value.map((each) => fill(each, results))
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fill(each, results)]))
  return value
}
