import { listTools, ownTools, teamTools } from "@muster/contracts"
import { expect, test } from "vitest"

/** The agent ships the list as it is written here: making it would cost the agent a megabyte. `vitest run -u` writes it anew. */
test("the list of tools that agents ship is that of the tools there are", async () => {
  const list = [...listTools(ownTools), ...listTools(teamTools)]
  await expect(`${JSON.stringify(list, null, 2)}\n`).toMatchFileSnapshot("../src/tool-list.json")
})
