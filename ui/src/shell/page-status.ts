import { createSignal, onCleanup } from "solid-js"
import type { Accessor } from "solid-js"
import type { StreamStatus } from "#src/shell/status-model.ts"

const [source, setSource] = createSignal<Accessor<StreamStatus | undefined>>()

/** The status of the live stream that the page in sight stands on; undefined where there is none. */
export const pageStatus = (): StreamStatus | undefined => source()?.()

/** Lets the status bar show a stream for as long as the calling owner lives. */
export function usePageStatus(status: Accessor<StreamStatus | undefined>): void {
  setSource(() => status)
  onCleanup(() => setSource((current) => (current === status ? undefined : current)))
}
