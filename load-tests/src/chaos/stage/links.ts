import { startProxy, type Proxy } from "../proxy/proxy.ts"
import type { Link } from "../plan/kinds.ts"

/** A link between two processes that can be disturbed, by its name in the plan. */
export interface NamedLink {
  readonly link: Link
  readonly name: string
  readonly proxy: Proxy
}

export interface Links {
  /** Puts a proxy before a port; the name must be new. */
  readonly make: (link: Link, name: string, targetPort: number) => Promise<Proxy>
  /** Fails with RangeError for a name that nobody made. */
  readonly find: (name: string) => Proxy
  readonly namesOf: (link: Link) => readonly string[]
  readonly close: () => Promise<void>
}

export const makeLinks = (): Links => {
  const all = new Map<string, NamedLink>()
  return {
    make: async (link, name, targetPort) => {
      const proxy = await startProxy(targetPort)
      all.set(name, { link, name, proxy })
      return proxy
    },
    find: (name) => {
      const found = all.get(name)
      if (found === undefined) throw new RangeError(`there is no link "${name}"`)
      return found.proxy
    },
    namesOf: (link) => [...all.values()].flatMap((one) => (one.link === link ? [one.name] : [])),
    close: async () => {
      await Promise.all([...all.values()].map(({ proxy }) => proxy.close()))
    },
  }
}

/** The same address, by way of a proxy. */
export const through = (url: string, proxy: Proxy): string => {
  const changed = new URL(url)
  changed.hostname = "127.0.0.1"
  changed.port = String(proxy.port)
  return changed.href.replace(/\/$/, "")
}
