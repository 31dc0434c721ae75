import type { FastifyRequest } from "fastify"

const LOOPBACK: readonly (string | undefined)[] = ["127.0.0.1", "::1", "::ffff:127.0.0.1"]

/** Whether the request comes from this machine, and not through a proxy on it. */
export const isLocalCaller = ({ socket, headers }: Pick<FastifyRequest, "socket" | "headers">): boolean =>
  LOOPBACK.includes(socket.remoteAddress) && headers["x-forwarded-for"] === undefined
