import { Schema } from "effect"
import { SKILL_MAX_CHARS, SKILLS_MAX } from "#src/limits.ts"
import { RequiredText } from "#src/text.ts"

/** Any member of the team who has all of these skills. */
export const PoolTarget = Schema.Struct({
  skills: Schema.Array(RequiredText(SKILL_MAX_CHARS)).check(Schema.isMinLength(1), Schema.isMaxLength(SKILLS_MAX)),
})
export type PoolTarget = typeof PoolTarget.Type

/** Work is for a member or for a pool, never for both or nobody. */
export const exactlyOneTarget = Schema.makeFilter(
  ({ memberId, pool }: { readonly memberId?: string | undefined; readonly pool?: PoolTarget | undefined }) =>
    (memberId === undefined) !== (pool === undefined) ? undefined : "must name either a memberId or a pool",
)

/** Skills as they are compared: people write them as they like. */
export const skillKey = (skill: string): string => skill.normalize("NFKC").trim().toLowerCase()

/** Names the pool: equal for equal sets of skills, however they are written or ordered. */
export const poolKey = ({ skills }: PoolTarget): string => JSON.stringify([...new Set(skills.map(skillKey))].toSorted())

/** True when a member with these skills belongs to the pool. */
export const isInPool = (skills: readonly string[], pool: PoolTarget): boolean => {
  const has = new Set(skills.map(skillKey))
  return pool.skills.every((skill) => has.has(skillKey(skill)))
}
