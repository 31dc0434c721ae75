import { behave } from "#test/fake-agent.ts"

behave("crashes")
