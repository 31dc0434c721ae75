import { randomBytes } from "node:crypto"

const PASSWORD_BYTES = 24

/** 192 bits, in letters that need no quoting in URLs and configuration files. */
export const randomPassword = (): string => randomBytes(PASSWORD_BYTES).toString("base64url")
