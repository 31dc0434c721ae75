import { behave } from "#test/fake-agent.ts"

behave("refuses")
