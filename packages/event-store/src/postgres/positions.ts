import type { Position } from "@muster/domain"

/**
 * The position `count` after another one, both as decimal texts. Numbers are exact up to 2^53, which a log does not reach in
 * a lifetime; beyond it the long way is taken.
 */
export const positionAfter = (position: string, count: number): Position => {
  const sum = Number(position) + count
  return (Number.isSafeInteger(sum) ? String(sum) : String(BigInt(position) + BigInt(count))) as Position
}
