import type { Position } from "@muster/domain"
import { at, type Database } from "#src/database.ts"
import type { Checkpoints } from "#src/port.ts"

export const makeCheckpoints = ({ ask, now }: Database): Checkpoints => ({
  read: async (name) => {
    const [row] = await ask(
      (sql) => sql<{ position: Position; generation: string }[]>`
        select position::text as position, generation from app.checkpoint where name = ${name}`,
    )
    return row && { position: row.position, generation: row.generation }
  },
  write: async (name, { position, generation }) => {
    await ask(
      (sql) => sql`
        insert into app.checkpoint as c (name, position, generation, written_at)
        values (${name}, ${position}::numeric, ${generation}, ${at(now())})
        on conflict (name) do update set
          position = excluded.position, generation = excluded.generation, written_at = excluded.written_at
        where c.generation <> excluded.generation or c.position <= excluded.position`,
    )
  },
})
