import { createMemo } from "solid-js"
import { useNow } from "#src/lib/clock.ts"
import { hinted } from "#src/lib/hint.ts"
import { absoluteTime, shortAge } from "#src/lib/time.ts"
import "./relative-time.css"

/** How long ago a moment was, with the exact time in its title. All of them tick on one clock. */
export function RelativeTime(props: {
  readonly at: number
  /** The moment to count from, in epoch milliseconds; the clock unless told. */
  readonly now?: number
}) {
  const clock = useNow()
  const now = () => props.now ?? clock()
  const age = createMemo(() => shortAge(now() - props.at))
  return (
    <time
      ref={hinted(() => absoluteTime(props.at))}
      data-component="relative-time"
      datetime={new Date(props.at).toISOString()}
    >
      {age()}
    </time>
  )
}
