import { type ScriptedStep, scriptText } from "@muster/runtime-agent/testing"

/**
 * What an agent does, one act after the other, whoever plays it. `<<name.key>>` in a text is a value that an earlier act came to. Names
 * that a script does not know are left to the script that it stands in.
 */
export type Act =
  | {
      readonly tool: string
      readonly args?: Readonly<Record<string, unknown>>
      /** Called again until the answer contains this. */
      readonly until?: string
      readonly as?: string
    }
  | { readonly shell: string }
  | { readonly say: string }

/** Instructions that make an agent do this. */
export type Dialect = (acts: readonly Act[]) => string

const REFERENCE = /<<(\w+)\.(\w+)>>/gu

const inTexts = (value: unknown, change: (text: string) => string): unknown => {
  if (typeof value === "string") return change(value)
  if (Array.isArray(value)) return value.map((each) => inTexts(each, change))
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, inTexts(each, change)]))
}

/** For the scripted agent, which calls no model. */
export const forScriptedAgent: Dialect = (acts) => {
  const refer = (text: string) => text.replaceAll(REFERENCE, "{$1.$2}")
  return scriptText(
    acts.map((act): ScriptedStep => {
      if ("say" in act) return { say: refer(act.say) }
      if ("shell" in act) return { run: refer(act.shell) }
      const { tool: name, args = {}, until, as } = act
      const filled = inTexts(args, refer) as Readonly<Record<string, unknown>>
      const more = { ...(until === undefined ? {} : { until }), ...(as === undefined ? {} : { as }) }
      return { team: { name, arguments: filled, ...more } }
    }),
  )
}

/** For the scripted model behind a real agent. Its results are counted: from the first, or from the last behind a call that is repeated. */
export const forScriptedModel: Dialect = (acts) => {
  const used = acts.filter((act) => !("say" in act))
  const refer = (at: number) => (text: string) =>
    text.replaceAll(REFERENCE, (whole: string, name: string, key: string) => {
      const found = used.findIndex((act) => "tool" in act && act.as === name)
      if (found < 0) return whole
      const isCounted = !used.slice(0, found + 1).some((act) => "tool" in act && act.until !== undefined)
      return `$TOOL[${isCounted ? found + 1 : found - at}].${key}`
    })
  let at = 0
  const steps = acts.map((act) => {
    const fill = refer(at)
    if ("say" in act) return { text: fill(act.say) }
    at += 1
    if ("shell" in act) return { tool: "shell", args: { command: fill(act.shell) } }
    const { tool, args = {}, until } = act
    const { instructions } = args
    // What stands for a result in a script within is for that script.
    const handedOn =
      typeof instructions === "string" ? { instructions: instructions.replaceAll("$TOOL", () => "$$TOOL") } : {}
    return { tool, args: inTexts({ ...args, ...handedOn }, fill), ...(until === undefined ? {} : { until }) }
  })
  return `[[ ${steps.map((step) => JSON.stringify(step)).join(", ")} ]]`
}
