/** What is measured during training, and what those offer that write it down. */

/** Measurements at one step. */
export interface MetricsEntry {
  readonly step: number
  /** Milliseconds since 1970. */
  readonly time: number
  /** By name, such as `train/loss`; not `step` or `time`. */
  readonly values: Readonly<Record<string, number>>
}

export interface MetricsWriter {
  /** Throws StorageError. */
  write(entry: MetricsEntry): Promise<void>
}
