import { isObject } from "#src/models/json.ts"

/** Faults of a connection, by the code that Node gives them. */
const FAULTS: Readonly<Record<string, string>> = {
  ENOTFOUND: "The name of the host is not known. Is the base URL spelled right?",
  EAI_AGAIN: "The name of the host could not be looked up. Does this machine reach the network?",
  ECONNREFUSED: "Nothing listens there. Is the endpoint started, and the port right?",
  ECONNRESET: "The connection was cut before an answer came.",
  UND_ERR_SOCKET: "The connection was cut before an answer came.",
  EHOSTUNREACH: "The host cannot be reached from here.",
  ENETUNREACH: "The host cannot be reached from here.",
  ETIMEDOUT: "The host does not answer.",
  UND_ERR_CONNECT_TIMEOUT: "The host does not answer.",
}

const isCertificateFault = (code: string): boolean => /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME|^ERR_SSL/u.test(code)

/** Why there was no answer at all. */
export const wordsForFault = (code: string): string => {
  const known = FAULTS[code]
  if (known !== undefined) return known
  if (isCertificateFault(code)) return `The connection is not secure: its certificate is not accepted (${code}).`
  return `The connection failed (${code}).`
}

export const wordsForSilence = (timeoutMillis: number): string => `No answer came within ${timeoutMillis / 1_000} s.`

/** Endpoints say in the code of their error that it is the model they do not know. Their own words are not shown: some hold the key. */
const isUnknownModel = (body: unknown): boolean => {
  const error = isObject(body) ? body["error"] : undefined
  if (!isObject(error)) return false
  const { code, type, message } = error
  return [code, type, message].some((each) => typeof each === "string" && /model/iu.test(each))
}

const ofStatus = (status: number, model: string, body: unknown): string => {
  if (status >= 300 && status < 400) return `It sends elsewhere (${status}), which is not followed: write that address.`
  switch (status) {
    case 401:
    case 403:
      return `The endpoint refuses the key (${status}). Give the key again, or see whether it may use “${model}”.`
    case 404:
      return isUnknownModel(body)
        ? `The endpoint does not know the model “${model}” (404).`
        : "Nothing is at this address (404). A base URL usually ends with /v1."
    case 429:
      return "The endpoint takes no more requests for now (429): too many were made, or the credit is used up."
    default:
      return status >= 500
        ? `The endpoint has a fault of its own (${status}). Try again later.`
        : `The endpoint does not accept the request (${status}). Is “${model}” a model that can chat?`
  }
}

/** What an answer means, and whether it is one that a model gives. */
export const wordsForAnswer = (
  { status, body }: { readonly status: number; readonly body: unknown },
  model: string,
): { readonly ok: boolean; readonly words: string } => {
  if (status !== 200) return { ok: false, words: ofStatus(status, model, body) }
  const choices = isObject(body) ? body["choices"] : undefined
  if (Array.isArray(choices) && choices.length > 0) return { ok: true, words: `“${model}” answers.` }
  return { ok: false, words: "Something answers there, but not as a model does. A base URL usually ends with /v1." }
}
