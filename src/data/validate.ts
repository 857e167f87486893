/**
 * Checks a whole data set before it is trained on: reads every row and decodes every picture,
 * collects the faults and goes on.
 */

import { DataError } from '../errors.js'
import { decodeExample, type Example, pictureName } from './example.js'
import { createFaultCounter, type FaultReport, printFaults } from './fault-report.js'
import type { Media } from './media/media.js'
import { type Fault, faultOf, type SourceContext } from './source.js'

export interface Validation {
  /** Examples without a fault. */
  readonly good: number
  /** Of rows and pictures. */
  readonly faults: FaultReport
}

export interface ValidateOptions {
  readonly media: Media
  /** Opens the data set with a handler for the faults of its rows. */
  readonly open: (onFault: NonNullable<SourceContext['onFault']>) => AsyncIterable<Example>
  /** How many faults are described; more are only counted. */
  readonly described?: number
  readonly onProgress?: (checked: number) => void
}

/** Reads a data set to its end. Throws only where the data set cannot be opened at all. */
export const validateExamples = async ({
  media,
  open,
  described = 20,
  onProgress,
}: ValidateOptions): Promise<Validation> => {
  const faults = createFaultCounter(described)
  const ids = new Set<string>()
  let good = 0
  for await (const example of open(faults.add)) {
    const fault = ids.has(example.id)
      ? { file: example.id, message: 'another example has the same id; rename one' }
      : await pictureFault(media, example)
    ids.add(example.id)
    if (fault === undefined) good++
    else faults.add(fault)
    onProgress?.(good + faults.report().count)
  }
  return { good, faults: faults.report() }
}

/** One line for each described fault and a line that counts. */
export const printValidation = ({ good, faults }: Validation): string =>
  [...printFaults(faults), `${good} good, ${faults.count} with faults`].join('\n')

const pictureFault = async (media: Media, example: Example): Promise<Fault | undefined> => {
  try {
    await decodeExample(media, example, { size: 64 })
    return undefined
  } catch (error) {
    if (!(error instanceof DataError)) throw error
    return faultOf(pictureName(example), error)
  }
}
