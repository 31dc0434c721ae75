import fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { Answer } from "#src/answer.ts"
import type { Conversation } from "#src/conversation.ts"
import { chat } from "#src/dialects/chat.ts"
import { messages } from "#src/dialects/messages.ts"
import { responses } from "#src/dialects/responses.ts"
import { assembleChat, assembleMessages, assembleResponses } from "#test/assemble.ts"

const words = fc.string({ unit: "binary", maxLength: 60 })
const answers: fc.Arbitrary<Answer> = fc.record({
  id: fc.uuid(),
  model: fc.constant("m"),
  createdSeconds: fc.nat(),
  thought: words,
  text: words,
  toolCalls: fc.array(
    fc.record({
      id: fc.uuid(),
      name: fc.stringMatching(/^[a-z_]{1,20}$/u),
      argumentsJson: fc.dictionary(fc.string(), fc.jsonValue()).map((args) => JSON.stringify(args)),
    }),
    { maxLength: 3 },
  ),
  usage: fc.record({ inputTokens: fc.nat(), outputTokens: fc.nat() }),
})
const asked: Conversation = { model: "m", system: "", turns: [], tools: [], isStream: true, wantsUsage: true }

const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

describe("the fragments of a stream, put together, are the answer that is given without a stream", () => {
  it("in chat completions", () => {
    fc.assert(
      fc.property(answers, (answer) => {
        const { choices, ...whole } = chat.whole(answer) as {
          readonly choices: readonly { readonly message: unknown; readonly finish_reason: string }[]
          readonly id: string
          readonly model: string
          readonly usage: unknown
        }
        const { id, model, usage } = whole
        expect(assembleChat(chat.frames(answer, asked).join(""))).toEqual(
          asJson({ id, model, usage, message: choices[0]?.message, finishReason: choices[0]?.finish_reason }),
        )
      }),
    )
  })

  it("in responses", () => {
    fc.assert(
      fc.property(answers, (answer) => {
        const whole = asJson(responses.whole(answer)) as { readonly output: readonly unknown[] }
        const { numbers, items, grown, end } = assembleResponses(responses.frames(answer, asked).join(""))
        expect(end).toEqual(whole)
        expect(items).toEqual(whole.output)
        expect(grown).toEqual(
          [answer.thought, answer.text]
            .filter((text) => text !== "")
            .concat(answer.toolCalls.map(({ argumentsJson }) => argumentsJson)),
        )
        expect(numbers).toEqual(numbers.map((_, index) => index))
      }),
    )
  })

  it("in messages", () => {
    fc.assert(
      fc.property(answers, (answer) => {
        expect(assembleMessages(messages.frames(answer, asked).join(""))).toEqual(asJson(messages.whole(answer)))
      }),
    )
  })
})

describe("a conversation is read the same out of every dialect", () => {
  const turns = [
    { role: "user", text: "Do it" },
    { role: "assistant", text: "" },
    { role: "tool", text: "done" },
  ]
  const tool = { name: "exec", required: ["command"] }
  const schema = { type: "object", properties: {}, required: ["command"] }

  it("out of chat completions", () => {
    const read = chat.read({
      model: "m",
      messages: [
        { role: "system", content: "Be brief" },
        { role: "user", content: [{ type: "text", text: "Do it" }] },
        { role: "assistant", content: null, tool_calls: [{ id: "c", type: "function", function: { name: "exec" } }] },
        { role: "tool", tool_call_id: "c", content: "done" },
      ],
      tools: [{ type: "function", function: { name: "exec", parameters: schema } }],
    })
    expect(read).toMatchObject({ system: "Be brief", turns, tools: [tool], isStream: false })
  })

  it("out of responses", () => {
    const read = responses.read({
      model: "m",
      instructions: "Be brief",
      input: [
        { role: "user", content: [{ type: "input_text", text: "Do it" }] },
        { type: "function_call", call_id: "c", name: "exec", arguments: "{}" },
        { type: "function_call_output", call_id: "c", output: "done" },
      ],
      tools: [{ type: "function", name: "exec", parameters: schema }, { type: "web_search" }],
      stream: true,
    })
    expect(read).toMatchObject({ turns, tools: [tool], isStream: true })
    expect(read.system.trim()).toBe("Be brief")
  })

  it("out of messages", () => {
    const read = messages.read({
      model: "m",
      system: [{ type: "text", text: "Be brief" }],
      messages: [
        { role: "user", content: "Do it" },
        { role: "assistant", content: [{ type: "tool_use", id: "t", name: "exec", input: {} }] },
        {
          role: "user",
          content: [{ type: "tool_result", tool_use_id: "t", content: [{ type: "text", text: "done" }] }],
        },
      ],
      tools: [{ name: "exec", input_schema: schema }],
    })
    expect(read).toMatchObject({ system: "Be brief", turns, tools: [tool] })
  })
})
