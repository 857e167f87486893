/**
 * What a data source is: a record of its kind, its options as a schema, and a function that yields
 * examples lazily. The faults it meets go to `onFault`, or end the reading where there is none.
 */

import type { z } from 'zod'
import { DataError } from '../errors.js'
import type { Files } from '../storage/files.js'
import type { PictureCache } from './cache.js'
import type { Example } from './example.js'
import type { Media } from './media/media.js'

/** Something wrong with one row or entry of a data set. */
export interface Fault {
  readonly file: string
  /** From 1; absent where the file has no lines. */
  readonly line?: number
  /** What is wrong and how to mend it. */
  readonly message: string
}

/** What sources may use of the world around them. */
export interface SourceContext {
  readonly files: Files
  readonly media: Media
  /** The folder of an installed npm package; undefined where it is not installed. */
  packageFolder(name: string): Promise<string | undefined>
  /** Receives each fault, whose row is then left out; without it, the first fault is thrown. */
  readonly onFault?: (fault: Fault) => void
}

/** What examples of a recipe have in common. */
export interface OpenOptions {
  /** Pixels along each side of a frame. */
  readonly size: number
  /** Frames of an example; 1 for pictures. */
  readonly frames: number
}

export interface Source<Options extends z.ZodObject = z.ZodObject, Kind extends string = string> {
  readonly kind: Kind
  readonly summary: string
  readonly options: Options
  /** Whether its examples have several frames, of which pictures are the first. */
  readonly hasClips?: boolean
  /** Yields examples in an order that is the same each time. */
  examples(options: z.output<Options>, context: SourceContext): AsyncIterable<Example>
  /** Opens a source that makes its examples when they are asked for, and is not decoded once. */
  open?(
    options: z.output<Options>,
    context: SourceContext,
    shape: OpenOptions,
  ): Promise<PictureCache>
}

export const defineSource = <Options extends z.ZodObject, const Kind extends string>(
  source: Source<Options, Kind>,
): Source<Options, Kind> => source

/** `pictures/metadata.csv:7: message`, or without the line. */
export const printFault = ({ file, line, message }: Fault): string =>
  line === undefined ? `${file}: ${message}` : `${file}:${line}: ${message}`

/** Hands a fault to whoever collects them, or throws it as DataError where nobody does. */
export const reportFault = ({ onFault }: Pick<SourceContext, 'onFault'>, fault: Fault): void => {
  if (onFault === undefined) throw new DataError(printFault(fault))
  onFault(fault)
}

/** The fault that an error about a file describes; the file's name is not said twice. */
export const faultOf = (file: string, { message }: DataError): Fault => ({
  file,
  message: message.startsWith(`${file}: `) ? message.slice(file.length + 2) : message,
})
