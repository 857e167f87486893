/** `npm run bench -- NAME [--json] [--size S] [--steps N] [--model DIR] [--threads N]`: runs a benchmark and prints its figures. */

import { parseArgs } from 'node:util'
import { createNodeRuntime } from 'tesserae'
import { benchDecoding } from './decode.js'
import { benchPicture } from './picture.js'
import { benchTraining } from './train.js'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    size: { type: 'string' },
    steps: { type: 'string' },
    model: { type: 'string' },
    threads: { type: 'string' },
  },
})

const runtimeOptions = values.threads === undefined ? {} : { threads: Number(values.threads) }

const benchmarks = {
  decode: () => benchDecoding(createNodeRuntime(runtimeOptions)),
  picture: () => benchPicture(runtimeOptions, values.model),
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
