import { Data, Runtime } from "effect"

/** The command line is not understood. The process ends with status 2. */
export class BadArguments extends Data.TaggedError("BadArguments")<{ readonly message: string }> {
  override readonly [Runtime.errorExitCode] = 2
}

/** There is no Muster to back up. */
export class NothingToBackUp extends Data.TaggedError("NothingToBackUp")<{ readonly dataDir: string }> {
  override get message() {
    return `there is no Muster in ${this.dataDir}: set MUSTER_DATA_DIR (and DATABASE_URL, if it has one) as for npm start`
  }
}

/** The file that the backup should go to can not be written. */
export class TargetUnusable extends Data.TaggedError("TargetUnusable")<{
  readonly path: string
  readonly reason: string
}> {
  override get message() {
    return `the backup can not be written to ${this.path}: ${this.reason}`
  }
}

/** The file is no backup, is cut off, or was changed since it was written. Nothing was restored from it. */
export class BackupUnreadable extends Data.TaggedError("BackupUnreadable")<{
  readonly path: string
  readonly reason: string
}> {
  override get message() {
    return `${this.path} can not be restored: ${this.reason}; nothing was changed`
  }
}

/** A newer Muster wrote the backup. Nothing was changed; restore it with that version. */
export class BackupTooNew extends Data.TaggedError("BackupTooNew")<{
  readonly what: string
  readonly found: number
  readonly known: number
  readonly product: string
}> {
  override get message() {
    return `this backup was written by a newer Muster (${this.product}; ${this.what} ${this.found}, this version knows ${this.known}): restore it with that version or newer; nothing was changed`
  }
}

/** The backup is encrypted and no passphrase was given, or the wrong one. */
export class PassphraseNeeded extends Data.TaggedError("PassphraseNeeded")<{ readonly path: string }> {
  override get message() {
    return `${this.path} is encrypted: set MUSTER_BACKUP_PASSPHRASE to its passphrase; nothing was changed`
  }
}

/** There is data where the backup should go, and nobody said that it may be moved aside. */
export class TargetNotEmpty extends Data.TaggedError("TargetNotEmpty")<{ readonly what: string }> {
  override get message() {
    return `${this.what} holds data: add --replace to move it aside (nothing is deleted) and restore in its place; nothing was changed`
  }
}

/** Some process of Muster uses the database that should be replaced. */
export class DatabaseInUse extends Data.TaggedError("DatabaseInUse")<{ readonly sessions: number }> {
  override get message() {
    return `a running Muster uses this database (${this.sessions} connections): stop it first; nothing was changed`
  }
}

/** The database did not take what the backup holds. Its transaction was rolled back. */
export class DatabaseRefused extends Data.TaggedError("DatabaseRefused")<{
  readonly table: string
  readonly cause: unknown
}> {
  override get message() {
    const reason = this.cause instanceof Error ? this.cause.message : String(this.cause)
    return `the database did not take the rows of ${this.table}: ${reason}; the data is as before`
  }
}

/** An earlier restore was interrupted while it put files in their places. */
export class RestoreUnfinished extends Data.TaggedError("RestoreUnfinished")<{ readonly dataDir: string }> {
  override get message() {
    return `a restore into ${this.dataDir} was interrupted: run it again (npm run restore), it goes on where it stopped`
  }
}
