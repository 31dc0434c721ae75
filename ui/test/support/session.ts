/** What the API says of whoever is signed in. */
export const session = (role = "owner") => ({
  user: { id: "0199c000-0000-7000-8000-000000000001", name: "Ada", role },
  org: { id: "0199c000-0000-7000-8000-000000000002", name: "Workshop" },
  expiresAt: "2030-01-01T00:00:00.000Z",
})
