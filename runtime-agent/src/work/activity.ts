import { createHash } from "node:crypto"
import {
  MODEL_NAME_MAX_CHARS,
  STEP_DETAIL_MAX_CHARS,
  STEP_ID_MAX_CHARS,
  STEP_TITLE_MAX_CHARS,
  type TaskStep,
  type Usage,
} from "@muster/domain"
import { storable } from "#src/work/storable.ts"

/** Says that something was cut off here. */
const ELLIPSIS = " …"

const cut = (text: string, maxChars: number): string =>
  text.length <= maxChars ? storable(text, maxChars) : storable(text, maxChars - ELLIPSIS.length) + ELLIPSIS

/** A name that the log can hold; another name for each that it cannot. */
const storableId = (stepId: string): string => {
  const isPlain = stepId.trim() !== "" && stepId === storable(stepId, STEP_ID_MAX_CHARS)
  return isPlain ? stepId : createHash("sha256").update(stepId).digest("hex")
}

/** A step as the log can hold it, whatever a runtime says: texts are cut, with a mark. */
export const storableStep = ({ stepId, kind, status, title, detail }: TaskStep): TaskStep => ({
  stepId: storableId(stepId),
  kind,
  status,
  title: cut(title, STEP_TITLE_MAX_CHARS),
  ...(detail === undefined || detail === "" ? {} : { detail: cut(detail, STEP_DETAIL_MAX_CHARS) }),
})

const count = (value: number): number =>
  Number.isFinite(value) ? Math.min(Number.MAX_SAFE_INTEGER, Math.max(0, Math.round(value))) : 0

/** Usage as the log can hold it: whole numbers from 0. */
export const storableUsage = (usage: Usage): Usage => {
  const { model, inputTokens, outputTokens, cachedInputTokens, costMicros, isAtLeast } = usage
  return {
    ...(model === undefined || model.trim() === "" ? {} : { model: storable(model, MODEL_NAME_MAX_CHARS) }),
    inputTokens: count(inputTokens),
    outputTokens: count(outputTokens),
    ...(cachedInputTokens === undefined ? {} : { cachedInputTokens: count(cachedInputTokens) }),
    ...(costMicros === undefined ? {} : { costMicros: count(costMicros) }),
    ...(isAtLeast === true ? { isAtLeast } : {}),
  }
}
