/** Where to go after signing in: a path of this dashboard, whatever the address claims. */
export function nextPage(search: string): string {
  const next = new URLSearchParams(search).get("next") ?? "/"
  return /^\/(?![/\\])/.test(next) && !next.startsWith("/signin") ? next : "/"
}

/** The sign-in page that leads back here afterwards. */
export const signInPath = (here: string): string =>
  here === "/" ? "/signin" : `/signin?next=${encodeURIComponent(here)}`
