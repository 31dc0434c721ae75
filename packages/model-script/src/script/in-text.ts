import { ScriptUnreadable } from "#src/errors.ts"
import { readScript, type Script } from "#src/script/step.ts"

const START = /\[\[\s*\{/gu

/** Where the JSON array that begins at `from` ends, its last bracket included; undefined when it never does. */
const endOfArray = (text: string, from: number): number | undefined => {
  let depth = 0
  let isInString = false
  for (let at = from; at < text.length; at += 1) {
    const char = text[at]
    if (isInString) {
      if (char === "\\") at += 1
      else if (char === '"') isInString = false
    } else if (char === '"') isInString = true
    else if (char === "[" || char === "{") depth += 1
    else if (char === "]" || char === "}") {
      depth -= 1
      if (depth === 0) return at + 1
    }
  }
  return undefined
}

const parse = (json: string): unknown => {
  try {
    return JSON.parse(json) as unknown
  } catch (error) {
    throw new ScriptUnreadable({ message: error instanceof Error ? error.message : "no JSON" })
  }
}

/**
 * The script that stands in a text as `[[ {…}, {…} ]]`: the first one that can be read. A title that was cut from the same text may
 * hold the beginning of it. Undefined when there is none. Fails with ScriptUnreadable when none can be read.
 */
export const scriptIn = (text: string): Script | undefined => {
  let fault: ScriptUnreadable | undefined
  for (const { index } of text.matchAll(START)) {
    const end = endOfArray(text, index)
    try {
      if (end === undefined) throw new ScriptUnreadable({ message: "the closing ]] is missing" })
      const [steps] = parse(text.slice(index, end)) as readonly unknown[]
      return readScript(steps)
    } catch (error) {
      if (!(error instanceof ScriptUnreadable)) throw error
      fault ??= error
    }
  }
  if (fault !== undefined) throw fault
  return undefined
}
