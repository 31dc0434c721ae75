export { dumpReadModels, type Dump } from "./dump.ts"
export { catchUp, replayFromZero } from "./replay.ts"
