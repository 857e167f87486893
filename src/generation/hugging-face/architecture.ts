/**
 * What an architecture of Hugging Face's library is here: how its config.json and its tensors say
 * what a language model's configuration and parameters say. Both directions follow from the record.
 */

import { z } from 'zod'
import type { LanguageConfig } from '../text/config.js'
import type { Correspondence } from './correspondence.js'

export type Network = LanguageConfig['network']

export interface Architecture {
  /** As `model_type` names it. */
  readonly name: string
  /** The class that a config.json of an exported model names. */
  className(network: Network): string
  /** What names of tensors start with where a model with a head was saved. */
  readonly prefix: string
  /** The network of a config.json. Throws z.ZodError on what cannot be computed here. */
  readNetwork(config: unknown): Network
  /** What only the names of tensors, without the prefix, tell of a network; nothing when left out. */
  completeNetwork?(network: Network, names: readonly string[]): Network
  /** The config.json of a network, as near as the architecture comes to it. */
  printNetwork(network: Required<Network>): Readonly<Record<string, unknown>>
  /** Which tensors, without the prefix, make each parameter of a network. */
  correspondences(network: Network): readonly Correspondence[]
  /** Names of buffers that follow from the configuration. */
  readonly buffers: RegExp
  /** Names of heads for other tasks, which a language model has no place for. */
  readonly otherHeads: RegExp
  readonly skills: LanguageConfig['skills']
  readonly prefixes: LanguageConfig['prefixes']
}

/** A key that has to be absent or to have one of a few values: others are not computed here. */
export const only = <const Value extends string | number | boolean | null>(
  ...values: readonly [Value, ...Value[]]
) =>
  z
    .custom<Value | undefined>(
      (value) => value === undefined || values.some((one) => one === value),
      {
        error: ({ input }) =>
          `expected ${values.map((value) => JSON.stringify(value)).join(' or ')}, found ` +
          `${JSON.stringify(input)}, which Tesserae does not compute`,
      },
    )
    .optional()

/** A key whose values have other names here. */
export const named = <const Names extends Readonly<Record<string, string>>>(names: Names) =>
  z
    .custom<keyof Names & string>(
      (value) => typeof value === 'string' && Object.hasOwn(names, value),
      {
        error: ({ input }) =>
          `expected ${Object.keys(names).join(', ')}, found ${JSON.stringify(input)}, which ` +
          'Tesserae does not compute',
      },
    )
    .transform((name): Names[keyof Names] => names[name])
