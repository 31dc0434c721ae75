import { openPostgresEventStore } from "@muster/event-store/postgres"
import type { WriterModule } from "@muster/event-store/testing"

export const openStore: WriterModule["openStore"] = (url) => openPostgresEventStore({ url })
