import { eventStoreContract } from "@muster/event-store/testing"
import { makeKurrentEngine } from "./engine.ts"

const server =
  process.env["EVENTSTORE_URL"] === undefined ? "a stand-in for the server" : "the server of EVENTSTORE_URL"
eventStoreContract(`kurrentdb, on ${server}`, makeKurrentEngine)
