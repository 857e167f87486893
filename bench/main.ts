/**
 * `npm run bench -- NAME [--json] [--threads N]` runs a benchmark and prints its figures:
 * `train [--size S] [--steps N]`, `picture [--model DIR]`,
 * `clip [--model DIR]`, `decode [--precision P]... [--block N]`,
 * where P is float32, int8, int4 or `all` of them, measured in turn.
 */

import { parseArgs } from 'node:util'
import { createNodeRuntime } from 'tesserae'
import { benchDecoding, decodingPrecisions } from './decode.js'
import { benchDrawing } from './drawing.js'
import { benchTraining } from './train.js'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    size: { type: 'string' },
    steps: { type: 'string' },
    model: { type: 'string' },
    threads: { type: 'string' },
    precision: { type: 'string', multiple: true },
    block: { type: 'string' },
  },
})

const runtimeOptions = values.threads === undefined ? {} : { threads: Number(values.threads) }

const chosenPrecisions = (names: readonly string[] = ['float32']) => {
  if (names.includes('all')) return decodingPrecisions
  return names.map((name) => {
    const found = decodingPrecisions.find((precision) => precision === name)
    if (found !== undefined) return found
    throw new Error(
      `--precision: expected ${decodingPrecisions.join(', ')} or all, got ${JSON.stringify(name)}`,
    )
  })
}

const benchmarks = {
  clip: () =>
    benchDrawing(runtimeOptions, {
      model: values.model ?? 'pretrained/sprites',
      phrase: 'a woman with red hair and a teal shirt walks to the right',
      drawings: 5,
    }),
  decode: () => {
    const { block } = values
    return benchDecoding(createNodeRuntime(runtimeOptions), {
      precisions: chosenPrecisions(values.precision),
      ...(block === undefined ? {} : { blockSize: Number(block) }),
    })
  },
  picture: () =>
    benchDrawing(runtimeOptions, {
      model: values.model ?? 'pretrained/emoji',
      phrase: 'a red apple',
      drawings: 9,
    }),
  train: () => {
    const { size, steps } = values
    return benchTraining(createNodeRuntime(runtimeOptions), {
      ...(size === undefined ? {} : { size }),
      ...(steps === undefined ? {} : { steps: Number(steps) }),
    })
  },
}

const [name = ''] = positionals
if (!Object.hasOwn(benchmarks, name)) {
  process.stderr.write(
    `bench: expected one of ${Object.keys(benchmarks).join(', ')}, got "${name}"\n`,
  )
  process.exit(2)
}
const figures = await benchmarks[name as keyof typeof benchmarks]()
if (values.json) {
  process.stdout.write(`${JSON.stringify(figures)}\n`)
} else {
  for (const [key, value] of Object.entries(figures)) {
    process.stdout.write(
      `${key.padEnd(24)} ${typeof value === 'number' ? Math.round(value * 1000) / 1000 : value}\n`,
    )
  }
}
process.exit(0)
