import { openKurrentEventStore } from "@muster/event-store/kurrentdb"
import type { WriterModule } from "@muster/event-store/testing"

export const openStore: WriterModule["openStore"] = (url) => openKurrentEventStore({ url })
