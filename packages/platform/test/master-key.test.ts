import { randomBytes } from "node:crypto"
import { readdirSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterEach, describe, expect, test } from "vitest"
import { MasterKeyUnreadable, openMasterKey } from "#src/local/index.ts"
import { tempDir } from "#src/testing/index.ts"

const dirs: { remove: () => void }[] = []
afterEach(() => {
  for (const dir of dirs.splice(0)) dir.remove()
})
const place = (): string => {
  const dir = tempDir()
  dirs.push(dir)
  return dir.path
}

describe("the master key", () => {
  test("is made once, for its owner alone, and read again", () => {
    const dir = place()
    const key = openMasterKey(dir)
    expect(key).toHaveLength(32)
    expect(openMasterKey(dir)).toEqual(key)
    expect(openMasterKey(place())).not.toEqual(key)
    expect(statSync(join(dir, "master.key")).mode & 0o777).toBe(0o600)
  })

  test("of the configuration is taken instead, and no file is made", () => {
    const dir = place()
    const configured = randomBytes(32)
    expect(openMasterKey(dir, configured.toString("base64url"))).toEqual(configured)
    expect(readdirSync(dir)).toEqual([])
  })

  test("that is damaged is told, not replaced", () => {
    const dir = place()
    writeFileSync(join(dir, "master.key"), "half")
    expect(() => openMasterKey(dir)).toThrow(MasterKeyUnreadable)
    expect(() => openMasterKey(dir)).toThrow("give the keys of models again")
  })
})
