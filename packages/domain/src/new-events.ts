import { catalogue, type Fact } from "#src/events/index.ts"
import type { EventId } from "#src/ids.ts"
import type { EventMeta, NewEvent } from "#src/recorded.ts"

/** Puts facts into envelopes. Ids come from the caller: one each, so that a retry of the same command makes the same events. */
export const toNewEvents = (
  facts: readonly Fact[],
  meta: EventMeta,
  mintId: (index: number) => EventId,
): readonly NewEvent[] =>
  facts.map(({ type, data }, index) => ({ id: mintId(index), type, schema: catalogue[type].schema, data, meta }))
