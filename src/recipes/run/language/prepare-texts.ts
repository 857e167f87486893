/** From a recipe's `data` to the documents that are kept, with a report of what was left out. */

import { createFaultCounter, type FaultReport } from '../../../data/fault-report.js'
import type { Fault } from '../../../data/source.js'
import { parseFieldTemplate } from '../../../data/text/field-template.js'
import { createBlockList, parseBlockList } from '../../../data/text/filters/block-list.js'
import { createEmailMask } from '../../../data/text/filters/email-addresses.js'
import { createExactDuplicates } from '../../../data/text/filters/exact-duplicates.js'
import type { TextFilter } from '../../../data/text/filters/filter.js'
import { createLanguageFilter } from '../../../data/text/filters/language.js'
import { createLengthFilter } from '../../../data/text/filters/length.js'
import { createNearDuplicates } from '../../../data/text/filters/near-duplicates.js'
import { createNormalization } from '../../../data/text/filters/normalization.js'
import { createOverlapFilter } from '../../../data/text/filters/overlap.js'
import { createTelephoneMask } from '../../../data/text/filters/telephone-numbers.js'
import { findTextFiles } from '../../../data/text/find-text-files.js'
import {
  type InspectedTexts,
  inspectTexts,
  type TextReport,
} from '../../../data/text/inspect-texts.js'
import { type ReadTextsOptions, readTexts } from '../../../data/text/read-texts.js'
import { hashOf } from '../../../engine/tensor/random.js'
import type { TextDataRecipe } from '../../schema/text-data.js'
import { checkColumns, type LaidOutTable } from '../check-columns.js'
import type { RunEnvironment } from '../environment.js'
import { untilAborted } from '../interruption.js'
import { locatePath } from '../locate-source.js'

/** What preparing texts needs of the world. */
export type TextEnvironment = Pick<RunEnvironment, 'files' | 'dataFolder' | 'onProgress' | 'signal'>

export interface PreparedTexts extends InspectedTexts {
  readonly report: TextReport & {
    readonly faults: FaultReport
    /** How tables among the files are laid out. */
    readonly tables: readonly LaidOutTable[]
  }
  /** Changes when the kept texts or the filters do. */
  readonly key: string
}

export interface PrepareTextsOptions {
  /** How many faults are described; all are counted. */
  readonly described?: number
}

/** Masks before duplicates, so that texts that differ in an address only are equal. */
const createFilters = async (
  { filters, documents }: TextDataRecipe,
  paths: { readonly overlap: string | undefined; readonly blockList: string | undefined },
  { files, onProgress }: TextEnvironment,
): Promise<TextFilter[]> => {
  const { normalization, minimumLength, maximumLength, languages, nearDuplicates } = filters
  const created: TextFilter[] = []
  if (normalization !== 'none') created.push(createNormalization(normalization))
  if (minimumLength !== undefined || maximumLength !== undefined) {
    created.push(
      createLengthFilter({
        ...(minimumLength === undefined ? {} : { minimum: minimumLength }),
        ...(maximumLength === undefined ? {} : { maximum: maximumLength }),
      }),
    )
  }
  if (languages !== undefined) created.push(createLanguageFilter(languages))
  if (paths.blockList !== undefined) {
    const words = parseBlockList(paths.blockList, await files.readText(paths.blockList))
    created.push(createBlockList(words))
  }
  if (paths.overlap !== undefined && filters.overlap !== undefined) {
    const { field, length, action } = filters.overlap
    const measured = readTexts(
      [paths.overlap],
      { documents: documents === 'paragraph' ? 'paragraph' : 'line', fields: [field] },
      { files },
    )
    onProgress('texts to measure on', 0)
    created.push(await createOverlapFilter(measured, { length, action }))
  }
  if (filters.emailAddresses) created.push(createEmailMask())
  if (filters.telephoneNumbers) created.push(createTelephoneMask())
  if (filters.exactDuplicates) created.push(createExactDuplicates())
  if (nearDuplicates !== undefined) {
    const { similarity, unit, shingle: length } = nearDuplicates
    created.push(createNearDuplicates({ similarity, shingles: { unit, length } }))
  }
  return created
}

/**
 * Reads all texts once. Faults are counted, not thrown; a path that is missing throws DataError, and
 * a field that no table has throws RecipeError.
 */
export const prepareTexts = async (
  data: TextDataRecipe,
  environment: TextEnvironment,
  { described = 20 }: PrepareTextsOptions = {},
): Promise<PreparedTexts> => {
  const { files, onProgress, signal } = environment
  const locate = (path: string) => locatePath(path, environment)
  const paths = await Promise.all([data.path].flat().map(locate))
  const { overlap, blockList } = data.filters
  const filterPaths = {
    overlap: overlap && (await locate(overlap.path)),
    blockList: blockList && (await locate(blockList)),
  }
  const found = (await findTextFiles(files, paths)).map(({ path }) => path)
  const { documents, field, columns, header } = data
  const fields = [field].flat()
  const naming = { header, ...(columns === undefined ? {} : { columns }) }
  const needed = fields.map((one) => [{ key: 'field', names: parseFieldTemplate(one).fields }])
  const tables = await checkColumns(found, { ...naming, needed }, { files, signal })
  const options: ReadTextsOptions = { documents, fields, ...naming }
  const faults = createFaultCounter(described)
  let isFirstPass = true
  const onFault = (fault: Fault) => {
    // Later passes meet the same ones.
    if (isFirstPass) faults.add(fault)
  }
  const { report, ...inspected } = await inspectTexts(
    () => untilAborted(signal, readTexts(found, options, { files, onFault })),
    await createFilters(data, filterPaths, environment),
    { onProgress: (count) => onProgress('documents', count) },
  )
  isFirstPass = false
  for (const { name, dropped, marked, changed } of report.filters) {
    if (dropped > 0) onProgress(`dropped for ${name}`, dropped)
    if (marked > 0) onProgress(`marked for ${name}`, marked)
    if (changed > 0) onProgress(`changed for ${name}`, changed)
  }
  const { count, first } = faults.report()
  if (count > 0) onProgress('rows with faults, left out', count)
  return {
    ...inspected,
    report: { ...report, faults: { count, first }, tables },
    key: hashOf(inspected.hash, JSON.stringify(data)).toString(16),
  }
}
