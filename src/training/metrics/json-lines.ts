/**
 * A log of metrics as JSON lines: one flat object an entry, which any tool reads. JSON has no
 * numbers that are not finite; they are written as null and read as NaN.
 */

import { z } from 'zod'
import { StorageError } from '../../errors.js'
import type { Files } from '../../storage/files.js'
import { firstFault, printJson } from '../../storage/json.js'
import type { MetricsEntry, MetricsWriter } from './metrics.js'

/**
 * Goes on with a log after a step, 0 for a new run: entries of later steps, which a resumed run will
 * write again, are removed, and so is a line that was cut off.
 */
export const createJsonLines = async (
  files: Files,
  path: string,
  { step: resumedStep }: { readonly step: number },
): Promise<MetricsWriter> => {
  if (await files.stat(path)) {
    const text = await files.readText(path)
    const kept = parseLines(text, path).filter(({ step }) => step <= resumedStep)
    const keptText = kept.map(printLine).join('')
    if (keptText !== text) await files.write(path, keptText)
  }
  let isCutOff = false
  return {
    async write(entry) {
      const line = (isCutOff ? '\n' : '') + printLine(entry)
      isCutOff = true // until the whole line is known to be there
      await files.append(path, line)
      isCutOff = false
    },
  }
}

/** The entries of a log without lines that were cut off. Throws StorageError on other content. */
export const readJsonLines = async (files: Files, path: string): Promise<MetricsEntry[]> =>
  parseLines(await files.readText(path), path)

const schema = z
  .object({ step: z.number(), time: z.number() })
  .catchall(z.union([z.number(), z.null()]))

const parseLines = (text: string, path: string): MetricsEntry[] => {
  const entries: MetricsEntry[] = []
  for (const [index, line] of text.split('\n').entries()) {
    const parsed = parseWhole(line)
    if (parsed === undefined) continue
    const result = schema.safeParse(parsed)
    if (!result.success) {
      throw new StorageError(
        `${path}:${index + 1}: it is not an entry of metrics: ${firstFault(result.error)}. ` +
          'Remove the line, or choose another file for the metrics.',
      )
    }
    const { step, time, ...values } = result.data
    const numbers = Object.entries(values).map(([name, value]) => [name, value ?? Number.NaN])
    entries.push({ step, time, values: Object.fromEntries(numbers) })
  }
  return entries
}

/** A line's value; undefined for one that a killed process or a full disk cut off. */
const parseWhole = (line: string): unknown => {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

const printLine = ({ step, time, values }: MetricsEntry): string => {
  const written = Object.entries(values).map(([name, value]) => [
    name,
    Number.isFinite(value) ? value : null,
  ])
  return `${printJson({ step, time, ...Object.fromEntries(written) }, 'metrics')}\n`
}
