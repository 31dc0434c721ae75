import { startTestPostgres, startTestRedis, type TestPostgres, type TestRedis } from "@muster/platform/testing"

/** A database and a bus that several products work on. */
export interface SharedServers {
  readonly ownerUrl: string
  readonly appUrl: string
  readonly redisUrl: string
}

export interface StartedServers extends SharedServers {
  readonly postgres: TestPostgres
  readonly redis: TestRedis
  /** Ends both and removes their data. */
  readonly stop: () => Promise<void>
}

/** Starts a database and a bus for products to share. */
export const startServers = async (): Promise<StartedServers> => {
  const [postgres, redis] = await Promise.all([startTestPostgres(), startTestRedis()])
  return {
    ownerUrl: postgres.ownerUrl,
    appUrl: postgres.appUrl,
    redisUrl: redis.url,
    postgres,
    redis,
    stop: async () => {
      await Promise.all([postgres.stop(), redis.stop()])
    },
  }
}

/** How a product is told of them. */
export const environmentOf = ({ ownerUrl, appUrl, redisUrl }: SharedServers): Readonly<Record<string, string>> => ({
  DATABASE_URL: ownerUrl,
  MUSTER_APP_DATABASE_URL: appUrl,
  REDIS_URL: redisUrl,
})
