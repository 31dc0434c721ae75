import type { MemberId } from "@muster/domain"
import { arrayOf, type Answering } from "#src/answering.ts"
import type { Places } from "#src/port.ts"

interface ClaimRow {
  readonly member_id: MemberId
  readonly place: string
  readonly is_taken: boolean
}

export const makePlaces = ({ ask }: Answering): Places => ({
  beat: async ({ place, leaseMillis, members }) => {
    const rows = await ask(
      (sql) => sql<ClaimRow[]>`
        select member_id, place, is_taken from app.beat_place(${place}, ${leaseMillis}, ${arrayOf(members)}::uuid[])`,
    )
    const own = new Set<MemberId>()
    const elsewhere = new Set<MemberId>()
    for (const row of rows) (row.place === place ? own : elsewhere).add(row.member_id)
    return { own, elsewhere, taken: rows.filter((row) => row.is_taken).map((row) => row.member_id) }
  },
  release: async (place, members) => {
    if (members.length > 0) await ask((sql) => sql`select app.release_claims(${place}, ${arrayOf(members)}::uuid[])`)
  },
  leave: async (place) => {
    await ask((sql) => sql`select app.leave_place(${place})`)
  },
})
