import type { AppendVerdict, EventStore } from "@muster/event-store"

type Fault = Extract<AppendVerdict, { readonly ok: false }>["error"]

/** Runs `work` while the log refuses every request with this error. */
export const refusing = async <T>(log: EventStore, error: Fault, work: () => Promise<T>): Promise<T> => {
  const append = log.append.bind(log)
  const broken = log as { append: EventStore["append"] }
  broken.append = (requests) => Promise.resolve(requests.map(() => ({ ok: false, error })))
  try {
    return await work()
  } finally {
    broken.append = append
  }
}
