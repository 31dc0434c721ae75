import { expect, test } from "vitest"
import { v4, v5 } from "uuid"
import { nameId } from "#src/commands/name-id.ts"

const names = ["", "a", "task:1", '["task-1","ff",0]', "äöü€😀", "x".repeat(10_000)]

test("a name has the id that RFC 9562 gives it, in any name space", () => {
  for (let round = 0; round < 500; round += 1) {
    const nameSpace = v4()
    for (const name of [...names, v4(), JSON.stringify([v4(), v4(), round])])
      expect(nameId(name, nameSpace)).toBe(v5(name, nameSpace))
  }
})
