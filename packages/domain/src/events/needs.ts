import { Schema } from "effect"
import { NEED_ID_MAX_CHARS } from "#src/limits.ts"
import { Instant, RequiredText } from "#src/text.ts"

/** Names one thing that waits for a person, for as long as it waits: another question is another thing. */
export const NeedId = RequiredText(NEED_ID_MAX_CHARS)

export const needEvents = {
  NeedMarkedDone: {
    schema: 1,
    what: "A person took something that waits off their own list. It waits on, for others and in its team.",
    data: Schema.Struct({ needId: NeedId }),
  },
  NeedSnoozed: {
    schema: 1,
    what: "A person does not want to see something that waits before `until`. It waits on, for others and in its team.",
    data: Schema.Struct({ needId: NeedId, until: Instant }),
  },
  NeedMarkRemoved: {
    schema: 1,
    what: "A person put something back on their own list.",
    data: Schema.Struct({ needId: NeedId }),
  },
} as const
