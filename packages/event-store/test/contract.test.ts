import { eventStoreContract } from "@muster/event-store/testing"
import { makePostgresEngine } from "./postgres-engine.ts"

eventStoreContract("postgres", makePostgresEngine)
