export { historyOf, type HistoryEvent, type HistoryOptions } from "#src/testing/history.ts"
