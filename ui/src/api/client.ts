import { createClient } from "@muster/client"
import { noteSessionEnded } from "#src/session/session.ts"

const UNAUTHENTICATED = 401

/** The one client of the page. Any answer may tell that the session is over. */
export const client = createClient({
  baseUrl: "",
  fetch: async (input, init) => {
    const response = await fetch(input, init)
    if (response.status === UNAUTHENTICATED) noteSessionEnded()
    return response
  },
})
