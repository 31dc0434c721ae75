import { MemoryRouter, createMemoryHistory } from "@solidjs/router"
import type { MemoryHistory } from "@solidjs/router"
import { render } from "@solidjs/testing-library"
import { Routes } from "#src/routes.tsx"

/** Shows the dashboard at an address; gives the history of addresses that it goes on with. */
export function openAt(path: string): MemoryHistory {
  const history = createMemoryHistory()
  history.set({ value: path })
  render(() => (
    <MemoryRouter history={history}>
      <Routes />
    </MemoryRouter>
  ))
  return history
}
