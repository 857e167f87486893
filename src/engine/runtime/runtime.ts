/**
 * What runs graphs: programs compiled from graphs, and buffers that stay where the programs run.
 * A program reads its state from buffers and updates them in place, so a training step allocates
 * nothing and moves only what is asked for.
 */

import type { FreeDimension } from '../graph/free-dimension.js'
import type { Graph } from '../graph/graph.js'
import type { Tensor } from '../tensor/tensor.js'

export type Device = 'cpu' | 'webgpu'

export type Tensors = Readonly<Record<string, Tensor>>

/** Named tensors that live beside the programs. */
export interface Buffers {
  /** Adds or replaces tensors. */
  write(tensors: Tensors): Promise<void>
  /** Copies of the named tensors, or of all. Throws RuntimeError on an unknown name. */
  read(names?: readonly string[]): Promise<Record<string, Tensor>>
  /** Releases the memory. */
  close(): Promise<void>
}

/** Writes an output of a run into a part of a buffer. */
export interface Append {
  readonly buffer: string
  /** The axis along which the output is shorter than the buffer. */
  readonly axis: number
  /**
   * Where the output does not fit, the buffer grows along the axis to a multiple of this, with zeros;
   * that is an error when left out.
   */
  readonly step?: number
  /** Whether the output's last two axes change places in the buffer, whose axis is meant above. */
  readonly transposed?: boolean
}

export interface ProgramOptions {
  /** Where the inputs that are not fed come from. */
  readonly buffers?: Buffers
  /** Outputs that take the place of a buffer of their own type. */
  readonly updates?: Readonly<Record<string, string>>
  /** Outputs that are written into a buffer at the run's position. */
  readonly appends?: Readonly<Record<string, Append>>
  /** Sizes that the program takes as they come at each run; all are fixed when left out. */
  readonly dimensions?: readonly FreeDimension[]
}

export interface RunOptions {
  /** Where appended outputs go along their axis; 0 when left out. */
  readonly position?: number
}

/** A compiled graph. */
export interface Program {
  /**
   * Computes the outputs that neither update nor append to a buffer. Throws RuntimeError when an
   * input is neither fed nor a buffer.
   */
  run(feeds: Tensors, options?: RunOptions): Promise<Record<string, Tensor>>
  close(): Promise<void>
}

export interface Runtime {
  readonly device: Device
  createBuffers(tensors?: Tensors): Promise<Buffers>
  /** Compiles a graph. Throws RuntimeError when the runtime refuses it. */
  createProgram(graph: Graph, options?: ProgramOptions): Promise<Program>
  /** Releases every program and buffer, and the worker where there is one. */
  close(): Promise<void>
}

export interface RuntimeOptions {
  readonly device?: Device
  /** Threads inside of one operation; the runtime's own choice when left out. */
  readonly threads?: number
}
