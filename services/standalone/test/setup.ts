import { afterEach } from "vitest"
import { startedProducts } from "./harness/muster.ts"

const TAIL_LINES = 80

// What the product itself said is most of what helps to understand a proof that failed.
afterEach(({ task }) => {
  if (task.result?.state !== "fail") return
  for (const product of startedProducts()) console.log(product.lines().slice(-TAIL_LINES).join("\n"))
})
