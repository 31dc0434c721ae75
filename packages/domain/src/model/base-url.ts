/** Addresses that machines of clouds answer with credentials of their own. */
const LINK_LOCAL = /^(?:169\.254\.|\[fe[89ab][0-9a-f]:|metadata\.google\.internal\.?$|\[::ffff:a9fe:)/iu

/**
 * Why a text can not be the base URL of a model endpoint, in words for a person; undefined when it can. Addresses of this machine and of
 * the own network are fine: many models run there.
 */
export const baseUrlFault = (text: string): string | undefined => {
  if (!URL.canParse(text)) return "This is not a URL. Write it whole, such as https://api.example.com/v1."
  const url = new URL(text)
  if (url.protocol !== "https:" && url.protocol !== "http:") return "The URL must begin with https:// or http://."
  if (url.username !== "" || url.password !== "")
    return "The URL must hold no user or password; the key has a field of its own."
  if (url.search !== "" || url.hash !== "") return "The URL must end before any ? or #; agents add their path to it."
  if (LINK_LOCAL.test(url.hostname))
    return "Link-local addresses are refused: they belong to the machine, not to a model."
  return undefined
}

/** The URL without slashes at its end: agents put `/chat/completions` and the like behind it. */
export const tidyBaseUrl = (text: string): string => new URL(text).href.replace(/\/+$/u, "")
