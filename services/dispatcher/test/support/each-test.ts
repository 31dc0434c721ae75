import { afterEach, beforeEach } from "vitest"
import { servers } from "./file-servers.ts"
import { House } from "./house.ts"

/** A house of its own for each test of the file that imports this, in which a dispatcher runs. */
export let house: House
beforeEach(() => {
  house = new House(servers)
  house.startDispatcher()
})
afterEach(() => house.close())
