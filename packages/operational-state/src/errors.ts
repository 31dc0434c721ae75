import { Data } from "effect"

/** The database could not be asked. Nothing is known about what it did; every operation may be tried again. */
export class OperationalStateUnavailable extends Data.TaggedError("OperationalStateUnavailable")<{
  readonly cause: unknown
}> {
  override get message(): string {
    return "operational state cannot be reached"
  }
}

/** The code or token is not known, was used, has expired, or is being redeemed at this moment. Which one is not told. */
export class SecretRefused extends Data.TaggedError("SecretRefused")<{ readonly what: "code" | "token" }> {
  override get message(): string {
    return `this ${this.what} is not valid: it was used, has expired or never existed`
  }
}

/** Too many wrong codes came from this source (or from all together). */
export class TooManyAttempts extends Data.TaggedError("TooManyAttempts")<{ readonly retryAfterMillis: number }> {
  override get message(): string {
    return `too many wrong codes; try again in ${Math.ceil(this.retryAfterMillis / 1_000)} s`
  }
}

/** A newer incarnation of the member is bound already, or the member was removed. */
export class BindingOutdated extends Data.TaggedError("BindingOutdated")<{ readonly memberId: string }> {
  override get message(): string {
    return `member ${this.memberId}: a newer incarnation is bound`
  }
}

/** The setup code from the configuration is too easy to guess. */
export class SetupCodeTooShort extends Data.TaggedError("SetupCodeTooShort")<{ readonly minChars: number }> {
  override get message(): string {
    return `MUSTER_SETUP_CODE must have at least ${this.minChars} characters`
  }
}

/** Other processes on this database cut the work into another number of shards: they are of another version. */
export class ShardCountDiffers extends Data.TaggedError("ShardCountDiffers")<{ readonly shards: number }> {
  override get message(): string {
    return `other processes cut the work into another number of shards than ${this.shards}: run one version only`
  }
}

/** The person has as many tokens of the API as one may have. */
export class TooManyTokens extends Data.TaggedError("TooManyTokens")<{ readonly limit: number }> {
  override get message(): string {
    return `a person has at most ${this.limit} tokens`
  }
}

/** The master key is missing or has the wrong length: nothing can be sealed. */
export class MasterKeyInvalid extends Data.TaggedError("MasterKeyInvalid")<{ readonly bytes: number }> {
  override get message(): string {
    return `the master key must have ${this.bytes} bytes`
  }
}

/** A secret that was sealed with another master key, or was changed. It has to be given anew. */
export class SecretSealed extends Data.TaggedError("SecretSealed")<{ readonly cause?: unknown }> {
  override get message(): string {
    return "the secret can not be opened: it was sealed with another master key"
  }
}
