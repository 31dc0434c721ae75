/** The code stands in the fragment: browsers never send it to a server by itself, so it gets into no log. */
export const signInLink = (url: string, code: string): string => `${url}/signin#code=${encodeURIComponent(code)}`

/** The link that sets Muster up: whoever opens it is asked for a name first. */
export const setupLink = (url: string, code: string): string => `${signInLink(url, code)}&setup`

export interface Welcome {
  readonly url: string
  /** Absent when somebody has signed in before. */
  readonly setupCode: string | undefined
  readonly startedInMillis: number
}

/** What a person sees when Muster is ready. */
export const welcomeText = ({ url, setupCode, startedInMillis }: Welcome): string => {
  const ready = `Muster is ready at ${url} (${(startedInMillis / 1_000).toFixed(1)} s)`
  const how =
    setupCode === undefined
      ? "Sign in again with a link from:  npm run signin"
      : `Open this once to set it up:  ${setupLink(url, setupCode)}`
  return `\n  ${ready}\n  ${how}\n  Stop with Ctrl-C.\n\n`
}
