import { Position, TaskId, Text } from "@muster/domain"
import { Schema } from "effect"
import {
  key,
  list,
  intText,
  Accepted,
  DeadLetterReply,
  DeadLetterSelection,
  NewChatMessage,
  DeadLetter,
} from "#src/http-bodies.ts"
import { PAGE_MAX } from "#src/http-limits.ts"
import { P, page, route, team } from "#src/routes/route.ts"
import { ChatMessageDoc, FeedEvent, TeamView } from "#src/views.ts"

export const historyRoutes = {
  listChat: route({
    method: "GET",
    path: "/teams/:team/chat",
    action: "chat.read",
    summary: "Chat messages, newest first",
    params: P(team),
    query: P({ ...page, before: key(Position) }),
    reply: list(ChatMessageDoc),
    status: 200,
  }),
  postChat: route({
    method: "POST",
    path: "/teams/:team/chat",
    action: "chat.post",
    summary: "Post a chat message",
    params: P(team),
    body: NewChatMessage,
    reply: Accepted,
    status: 201,
  }),
  listHistory: route({
    method: "GET",
    path: "/teams/:team/history",
    action: "history.read",
    summary: "Events of a team; `before` and `after` are feed numbers",
    params: P(team),
    query: P({
      limit: key(intText(1, PAGE_MAX)),
      before: key(intText(1, Number.MAX_SAFE_INTEGER)),
      after: key(intText(0, Number.MAX_SAFE_INTEGER)),
      type: key(Text(64)),
      task: key(TaskId),
    }),
    reply: Schema.Struct({ items: Schema.Array(FeedEvent), head: Schema.Int }),
    status: 200,
  }),
  replayTeam: route({
    method: "GET",
    path: "/teams/:team/replay",
    action: "replay.read",
    summary: "The team as it was at a position of the log",
    params: P(team),
    query: P({ at: key(Position) }),
    reply: Schema.Struct({
      state: TeamView,
      head: Schema.Struct({ seq: Schema.Int, position: Position }),
      firstPosition: Position,
    }),
    status: 200,
  }),
  listDeadLetters: route({
    method: "GET",
    path: "/teams/:team/dead-letters",
    action: "deadletter.read",
    summary: "Bus entries that could not be understood",
    params: P(team),
    query: P({
      limit: key(intText(1, PAGE_MAX)),
      atLeast: key(Position),
      before: key(Position),
      state: key(Schema.Literals(["kept", "redriven", "discarded"])),
    }),
    reply: list(DeadLetter),
    status: 200,
  }),
  redriveDeadLetters: route({
    method: "POST",
    path: "/teams/:team/dead-letters/redrive",
    action: "deadletter.settle",
    summary: "Have dead-lettered bus entries tried again",
    params: P(team),
    body: DeadLetterSelection,
    reply: DeadLetterReply,
    status: 202,
  }),
  discardDeadLetters: route({
    method: "POST",
    path: "/teams/:team/dead-letters/discard",
    action: "deadletter.settle",
    summary: "Put dead-lettered bus entries aside",
    params: P(team),
    body: DeadLetterSelection,
    reply: DeadLetterReply,
    status: 202,
  }),
} as const
