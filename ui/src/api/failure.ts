import { ClientProblem, ClientUnreachable } from "@muster/client"
import { t } from "#src/i18n/index.ts"

/** Why a request came to nothing, in words for a person. */
export interface Failure {
  /** Stable name of the problem, such as `handle-taken`; `unreachable` when nobody answered. */
  readonly kind: string
  readonly title: string
  readonly detail: string | undefined
  /** Finds the request in the server's log. */
  readonly requestId: string | undefined
  /** What is wrong with a field of the body, by its JSON pointer. */
  readonly fields: Readonly<Record<string, string>>
}

/** Reads what a request was rejected with. What nobody foresaw is thrown on: it is a defect of the page. */
export function failureOf(error: unknown): Failure {
  if (error instanceof ClientProblem) {
    const { title, detail, requestId, errors = [] } = error.problem
    const fields = Object.fromEntries(errors.map((entry) => [entry.pointer, entry.detail]))
    const unplaced = errors.length > 0 && detail === undefined ? errors.map((entry) => entry.detail).join("; ") : detail
    return { kind: error.kind, title, detail: unplaced, requestId, fields }
  }
  if (error instanceof ClientUnreachable)
    return {
      kind: "unreachable",
      title: t("failure.unreachable"),
      detail: t("failure.unreachable-detail"),
      requestId: undefined,
      fields: {},
    }
  throw error
}

/** One line for a toast or a row. */
export const failureText = (failure: Failure): string =>
  failure.detail === undefined ? failure.title : `${failure.title}. ${failure.detail}`
