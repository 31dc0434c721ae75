import { describe, expect, it } from "vitest"
import type { Conversation, Turn } from "#src/conversation.ts"
import { compose } from "#src/script/compose.ts"
import { scriptIn } from "#src/script/in-text.ts"
import { nextMove } from "#src/script/next.ts"
import { fill, fillText } from "#src/script/references.ts"
import type { Rule } from "#src/script/rules.ts"
import { findTool } from "#src/script/tools.ts"

const user = (text: string): Turn => ({ role: "user", text })
const did: Turn = { role: "assistant", text: "" }
const tool = (text: string): Turn => ({ role: "tool", text })

const after = (...turns: readonly Turn[]): Conversation => ({
  model: "m",
  system: "You lead a team.",
  turns,
  tools: [{ name: "team_exec", required: [] }],
  isStream: false,
  wantsUsage: false,
})

const never = () => 0
const says = (conversation: Conversation, rules: readonly Rule[] = []): string => {
  const { step, results } = nextMove(conversation, rules, never)
  const { text, toolCalls } = compose(step, conversation, results, "")
  return [text, ...toolCalls.map(({ name, argumentsJson }) => `${name}${argumentsJson}`)].join("")
}

const SCRIPT = `Please do this [[ {"tool":"exec","args":{"command":"ls"}}, {"text":"Finished. $TOOL"} ]] now.`

describe("the n-th turn of the model since a person spoke is the n-th step of the script", () => {
  it("begins with the first step, and ends with words when there is none left", () => {
    expect(says(after(user(SCRIPT)))).toBe('team_exec{"command":"ls"}')
    expect(says(after(user(SCRIPT), did, tool("a.txt")))).toBe("Finished. a.txt")
    expect(says(after(user(SCRIPT), did, tool("a.txt"), did, tool("b")))).toContain("no further step")
  })

  it("begins anew when a person says something else", () => {
    expect(says(after(user(SCRIPT), did, tool("a"), did, user('[[{"text":"second"}]]')))).toBe("second")
    expect(says(after(user(SCRIPT), did, tool("a"), did, user("And now?")))).toContain("no script for: “And now?”")
  })

  it("goes on when an agent only puts a reminder between the turns", () => {
    const reminder = user("<system-reminder>Use the list of things to do.</system-reminder>")
    expect(says(after(user(SCRIPT), did, tool("a.txt"), reminder))).toBe("Finished. a.txt")
    expect(says(after(reminder, user(SCRIPT)))).toBe('team_exec{"command":"ls"}')
  })

  it("goes on behind what OpenClaw tells the model about itself", () => {
    const context = user(
      '<<<BEGIN_OPENCLAW_INTERNAL_CONTEXT>>>\n"Active exec sessions:\\nnone"\n<<<END_OPENCLAW_INTERNAL_CONTEXT>>>',
    )
    expect(says(after(user(SCRIPT), did, tool("a.txt"), context))).toBe("Finished. a.txt")
  })

  it("counts the items of one answer as one turn", () => {
    expect(says(after(user(SCRIPT), did, did, did, tool("a.txt")))).toBe("Finished. a.txt")
  })

  it("repeats a step until its tool has said what is awaited", () => {
    const script = user('[[{"tool":"exec","until":"succeeded"},{"text":"over"}]]')
    expect(says(after(script, did, tool("running")))).toBe("team_exec{}")
    expect(says(after(script, did, tool("running"), did, tool("has succeeded")))).toBe("over")
  })
})

describe("a script in a text", () => {
  it("is found behind a title that was cut from it", () => {
    expect(scriptIn('[[ {"text":"a ]] b"…\n\n[[ {"text":"a ]] b"} ]]')).toEqual([{ text: "a ]] b" }])
  })

  it("may hold another script for somebody else", () => {
    const inner = '[[{"tool":"exec","args":{"command":"echo $$TOOL"}}]]'
    const outer = `[[{"tool":"dispatch_task","args":{"instructions":${JSON.stringify(inner)}}}]]`
    const [step] = scriptIn(outer) ?? []
    expect(step).toMatchObject({ args: { instructions: inner } })
    expect(fillText(inner, ["secret"])).toBe('[[{"tool":"exec","args":{"command":"echo $TOOL"}}]]')
  })

  it("is told to be unreadable, with the step and the reason", () => {
    expect(says(after(user('[[{"txt":"a"}]]')))).toMatch(/^The script could not be read: step 1 \(txt\)/u)
    expect(says(after(user('[[{"text":"a"}')))).toBe("The script could not be read: the closing ]] is missing")
    expect(scriptIn("an array [[1, 2]] is no script")).toBeUndefined()
  })
})

describe("what tools said", () => {
  const results = ['Created: {"taskId":"t-1","tags":["a","b"],"n":3}', "last"]

  it("is put into texts and arguments", () => {
    expect(fillText("$TOOL, $TOOL[1].taskId, $TOOL[-2].tags[1], $TOOL[9]", results)).toBe(
      "last, t-1, b, (no such value)",
    )
    expect(fill({ ids: ["$TOOL[1].taskId"], n: "$TOOL[1].n", no: "$TOOL[1].x" }, results)).toEqual({
      ids: ["t-1"],
      n: 3,
      no: "(no such value)",
    })
  })
})

describe("a tool of a script", () => {
  it("is found under the name that the agent gives it", () => {
    const offered = (...names: readonly string[]) => names.map((name) => ({ name, required: [] }))
    expect(findTool(offered("mcp__team__post_chat"), "post_chat")?.name).toBe("mcp__team__post_chat")
    expect(findTool(offered("team_post_chat", "post_chat"), "post_chat")?.name).toBe("post_chat")
    expect(findTool(offered("read", "Bash"), "shell")?.name).toBe("Bash")
    expect(findTool(offered("read"), "shell")).toBeUndefined()
  })

  it("that is not offered is told by name", () => {
    expect(says(after(user('[[{"tool":"fly"}]]')))).toBe("The script wants the tool “fly”; offered are: team_exec.")
  })

  it("gets the description that some agents insist on", () => {
    const conversation = { ...after(user("x")), tools: [{ name: "bash", required: ["command", "description"] }] }
    const { toolCalls } = compose({ tool: "shell", args: { command: "ls" } }, conversation, [], "")
    expect(toolCalls[0]?.argumentsJson).toBe('{"command":"ls","description":"ls"}')
  })
})

describe("rules", () => {
  const rules: readonly Rule[] = [
    { when: { user: /weather/u, tool: "exec" }, steps: [{ tool: "exec" }, { text: "sunny" }] },
    { when: { system: "LEAD" }, steps: [{ text: "I lead" }] },
  ]

  it("apply where the prompt holds no script, the first that matches", () => {
    expect(says(after(user("the weather?")), rules)).toBe("team_exec{}")
    expect(says(after(user("the weather?"), did, tool("x")), rules)).toBe("sunny")
    expect(says(after(user("hello")), rules)).toBe("I lead")
    expect(says(after(user('weather [[{"text":"own"}]]')), rules)).toBe("own")
  })
})
