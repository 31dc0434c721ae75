import { Schema } from "effect"
import { MemberId } from "#src/ids.ts"
import { TASK_TEMPLATE_INSTRUCTIONS_MAX_CHARS, TITLE_MAX_CHARS } from "#src/limits.ts"
import { RequiredText, Text } from "#src/text.ts"
import { Priority, RetryPolicy, TimeLimitMillis } from "#src/events/shared.ts"
import { PoolTarget } from "#src/events/target.ts"

/** What a person begins a dispatch with. A draft and no order: whom it names may have left by the time it is used. */
export const TaskDraft = Schema.Struct({
  title: Schema.optionalKey(RequiredText(TITLE_MAX_CHARS)),
  instructions: Text(TASK_TEMPLATE_INSTRUCTIONS_MAX_CHARS),
  /** Neither: the leader. */
  memberId: Schema.optionalKey(MemberId),
  pool: Schema.optionalKey(PoolTarget),
  priority: Schema.optionalKey(Priority),
  retry: Schema.optionalKey(RetryPolicy),
  timeLimitMillis: Schema.optionalKey(TimeLimitMillis),
})
export type TaskDraft = typeof TaskDraft.Type
