import streamsPb from "@eventstore/db-client/generated/streams_pb.js"
import sharedPb from "@eventstore/db-client/generated/shared_pb.js"
import streamsGrpc from "@eventstore/db-client/generated/streams_grpc_pb.js"
import type { AppendReq, ReadReq, ReadResp } from "@eventstore/db-client/generated/streams_pb.js"
import grpc, { type sendUnaryData, type ServerReadableStream, type ServerWritableStream } from "@grpc/grpc-js"
import { type Expected, type LogRecord, makeLog, type Proposed, type StandInLog } from "./stand-in-log.ts"

const { AppendResp, ReadResp: Resp } = streamsPb
const TICKS_PER_MILLI = 10_000n
/** What a server takes in one append unless it is told otherwise. */
const MAX_APPEND_BYTES = 1024 * 1024

const nameOf = (identifier: { getStreamName_asU8(): Uint8Array } | undefined): string =>
  Buffer.from(identifier?.getStreamName_asU8() ?? []).toString("utf8")

/** The answers' form of a record. */
const eventResp = (record: LogRecord): ReadResp => {
  const event = new Resp.ReadEvent.RecordedEvent()
    .setId(new sharedPb.UUID().setString(record.id))
    .setStreamIdentifier(new sharedPb.StreamIdentifier().setStreamName(Buffer.from(record.stream)))
    .setStreamRevision(String(record.revision))
    .setPreparePosition(String(record.position))
    .setCommitPosition(String(record.position))
    .setData(record.data)
    .setCustomMetadata(record.metadata)
  event.getMetadataMap().set("type", record.type)
  event.getMetadataMap().set("content-type", record.contentType)
  event.getMetadataMap().set("created", String(BigInt(record.createdMillis) * TICKS_PER_MILLI))
  return new Resp().setEvent(new Resp.ReadEvent().setEvent(event).setCommitPosition(String(record.position)))
}

const expectedOf = (options: AppendReq.Options): Expected => {
  if (options.hasRevision()) return Number(options.getRevision())
  if (options.hasNoStream()) return "none"
  return options.hasStreamExists() ? "exists" : "any"
}

const proposedOf = (message: AppendReq.ProposedMessage): Proposed => ({
  id: message.getId()?.getString() ?? "",
  type: message.getMetadataMap().get("type") ?? "",
  contentType: message.getMetadataMap().get("content-type") ?? "",
  data: message.getData_asU8(),
  metadata: message.getCustomMetadata_asU8(),
})

const fail = (exception: string, more: Readonly<Record<string, string>> = {}) => {
  const metadata = new grpc.Metadata()
  for (const [key, value] of Object.entries({ exception, ...more })) metadata.set(key, value)
  return Object.assign(new Error(exception), { code: grpc.status.UNKNOWN, details: exception, metadata })
}

const append =
  (log: StandInLog) => (call: ServerReadableStream<AppendReq, unknown>, answer: sendUnaryData<unknown>) => {
    let options: AppendReq.Options | undefined
    const events: Proposed[] = []
    call.on("data", (request: AppendReq) => {
      options ??= request.getOptions()
      const message = request.getProposedMessage()
      if (message !== undefined) events.push(proposedOf(message))
    })
    call.on("end", () => {
      if (options === undefined) return answer(fail("invalid-argument"))
      const bytes = events.reduce((sum, event) => sum + event.data.length + event.metadata.length, 0)
      if (bytes > MAX_APPEND_BYTES)
        return answer(fail("maximum-append-size-exceeded", { "maximum-append-size": String(MAX_APPEND_BYTES) }))
      const appended = log.append(nameOf(options.getStreamIdentifier()), expectedOf(options), events)
      const response = new AppendResp()
      if (appended.ok) {
        const position = new AppendResp.Position()
          .setCommitPosition(String(appended.position))
          .setPreparePosition(String(appended.position))
        const success = new AppendResp.Success().setCurrentRevision(String(appended.revision)).setPosition(position)
        return answer(null, response.setSuccess(success))
      }
      const conflict = new AppendResp.WrongExpectedVersion()
      if (appended.current < 0) conflict.setCurrentNoStream(new sharedPb.Empty())
      else conflict.setCurrentRevision(String(appended.current))
      answer(null, response.setWrongExpectedVersion(conflict))
    })
  }

const subscribe = (
  log: StandInLog,
  call: ServerWritableStream<ReadReq, ReadResp>,
  options: ReadReq.Options,
  from: bigint | "start" | "end",
): void => {
  const regex = new RegExp(options.getFilter()?.getStreamIdentifier()?.getRegex() ?? "", "u")
  const send = (record: LogRecord) => {
    if (regex.test(record.stream)) call.write(eventResp(record))
  }
  call.write(new Resp().setConfirmation(new Resp.SubscriptionConfirmation().setSubscriptionId("1")))
  // A subscription begins behind its position.
  const stored = log.readAll(from, false, Number.MAX_SAFE_INTEGER).filter((record) => record.position !== from)
  for (const record of stored) send(record)
  call.on("cancelled", log.follow(send))
}

const read = (log: StandInLog) => (call: ServerWritableStream<ReadReq, ReadResp>) => {
  const options = call.request.getOptions()
  if (options === undefined) return call.destroy(fail("invalid-argument"))
  const isBackwards = options.getReadDirection() === streamsPb.ReadReq.Options.ReadDirection.BACKWARDS
  const count = Number(options.getCount())
  const all = options.getAll()
  if (all !== undefined) {
    const position = all.getPosition()
    const from = position === undefined ? (all.hasEnd() ? "end" : "start") : BigInt(position.getCommitPosition())
    if (typeof from === "bigint" && !log.hasRecordAt(from)) return call.destroy(fail("no record at this position"))
    if (options.hasSubscription()) return subscribe(log, call, options, from)
    for (const record of log.readAll(from, isBackwards, count)) call.write(eventResp(record))
    return call.end()
  }
  const stream = options.getStream()
  const name = nameOf(stream?.getStreamIdentifier())
  const records = log.readStream(name, stream?.hasEnd() ? "end" : Number(stream?.getRevision()), isBackwards, count)
  if (records === undefined) {
    const identifier = new sharedPb.StreamIdentifier().setStreamName(Buffer.from(name))
    call.write(new Resp().setStreamNotFound(new Resp.StreamNotFound().setStreamIdentifier(identifier)))
  } else for (const record of records) call.write(eventResp(record))
  call.end()
}

const notSpoken = (_: unknown, answer: sendUnaryData<unknown>) =>
  answer(Object.assign(new Error("not spoken here"), { code: grpc.status.UNIMPLEMENTED }))

/**
 * A stand-in for a server: it speaks the calls the engine uses (append, read a stream, read and subscribe to all) over real gRPC,
 * by the client's own generated definitions. It is no server: what it cannot show is that a real one behaves as it does.
 */
export const startStandIn = async (options: { readonly isIdempotent?: boolean; readonly port?: number } = {}) => {
  const log = makeLog(options)
  const server = new grpc.Server()
  server.addService(streamsGrpc.StreamsService, {
    append: append(log),
    read: read(log),
    delete: notSpoken,
    tombstone: notSpoken,
    batchAppend: (call: ServerWritableStream<unknown, unknown>) => call.destroy(fail("not spoken here")),
  })
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${options.port ?? 0}`, grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    )
  })
  return { url: `esdb://127.0.0.1:${port}?tls=false`, log, stop: () => server.forceShutdown() }
}
