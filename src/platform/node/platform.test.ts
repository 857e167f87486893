import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { createNodePlatform } from './platform.js'

test('the versions are those of the packages and of Node', () => {
  const description = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')
  const { version, dependencies } = JSON.parse(description) as {
    version: string
    dependencies: Record<string, string>
  }
  expect(createNodePlatform().versions).toEqual({
    tesserae: version,
    onnxruntime: dependencies['onnxruntime-node'],
    node: process.version.slice(1),
  })
})
