/**
 * Keeps the tree true to its drawing: which folder may import which, where a platform may show, what
 * each shelf holds. A failure names the file, the line and the rule.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

const source = join(import.meta.dirname, '..', 'src')

/** A file imports from its own folder or from one further down; neighbours of a row see neither. */
const layers = [
  ['cli'],
  ['platform'],
  ['recipes'],
  ['training'],
  ['generation'],
  ['data'],
  ['tokenizers'],
  ['network'],
  ['storage'],
  ['engine'],
]
const engineLayers = [['runtime'], ['onnx'], ['autodiff'], ['operations'], ['graph'], ['tensor']]

/** Folders whose index lists every module, save those that only say what its entries are. */
const shelves: Readonly<Record<string, { folders: string[]; except?: string[] }>> = {
  'engine/operations': { folders: ['composed', 'primitive'] },
  'network/layers': { folders: ['.'], except: ['layer'] },
  'training/optimizers': { folders: ['.'], except: ['create-optimizer'] },
  'cli/commands': { folders: ['.'] },
  'training/schedules': { folders: ['.'], except: ['create-factor', 'schedule'] },
}

const slashed = (path: string) => path.split(sep).join('/')

const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
  .map(slashed)
  .sort()

interface Import {
  readonly file: string
  readonly line: number
  /** As written, or a path from `src` when it is relative. */
  readonly target: string
  readonly isRelative: boolean
}

const importsOf = (file: string): Import[] => {
  const text = readFileSync(join(source, file), 'utf8')
  return ts.preProcessFile(text).importedFiles.map(({ fileName, pos }) => {
    const isRelative = fileName.startsWith('.')
    const target = isRelative
      ? slashed(relative(source, join(source, dirname(file), fileName)))
      : fileName
    return { file, line: text.slice(0, pos).split('\n').length, target, isRelative }
  })
}

const imports = files.flatMap(importsOf)

/** Which row of a drawing a path belongs to; undefined above or beside all of them. */
const rowOf = (path: string, rows: string[][], prefix = ''): number | undefined => {
  if (!path.startsWith(prefix)) return undefined
  const [folder] = path.slice(prefix.length).split('/')
  const row = rows.findIndex((names) => names.includes(folder!))
  return row < 0 ? undefined : row
}

const upward = (rows: string[][], prefix = ''): string[] =>
  imports
    .filter(({ file, target, isRelative }) => {
      const [from, to] = [rowOf(file, rows, prefix), rowOf(target, rows, prefix)]
      if (!isRelative || from === undefined || to === undefined) return false
      const [folder, other] = [file, target].map((path) => path.slice(prefix.length).split('/')[0])
      return folder !== other && to <= from
    })
    .map(({ file, line, target }) => `${file}:${line} may not import ${target}`)

describe('imports', () => {
  it('are seen: of values and of types, passed on, and on demand', () => {
    const seen = imports.map(({ file, target }) => `${file} ${target}`)
    expect(seen).toContain('engine/graph/graph.ts engine/graph/value.js')
    expect(seen).toContain('engine/operations/vocabulary.ts engine/operations/index.js')
    expect(seen).toContain('engine/operations/index.ts engine/operations/primitive/add.js')
  })

  it('go down the layers only', () => {
    expect(upward(layers)).toEqual([])
  })

  it('go down the layers of the engine only', () => {
    expect(upward(engineLayers, 'engine/')).toEqual([])
  })

  it('name folders that are drawn', () => {
    const folders = new Set(
      files.filter((file) => file.includes('/')).map((file) => file.split('/')[0]),
    )
    expect(layers.flat()).toEqual(expect.arrayContaining([...folders]))
    const inside = files.filter((file) => file.startsWith('engine/')).map((file) => file.split('/'))
    const parts = new Set(inside.filter((path) => path.length > 2).map((path) => path[1]))
    expect(engineLayers.flat().sort()).toEqual([...parts].sort())
  })

  it('reach entries from nowhere but other entries and the command line', () => {
    const entries = files.filter((file) => !file.includes('/') && file !== 'errors.ts')
    const offending = imports.filter(
      ({ file, target }) =>
        file.includes('/') &&
        !file.startsWith('cli/') &&
        entries.includes(target.replace(/\.js$/, '.ts')),
    )
    expect(offending.map(({ file, line }) => `${file}:${line} imports an entry`)).toEqual([])
  })

  it('show Node only in the command line and in platform/node', () => {
    const isNodes = (path: string) =>
      path === 'node.ts' || path.startsWith('cli/') || path.startsWith('platform/node/')
    const offending = imports.filter(
      ({ file, target, isRelative }) =>
        !isNodes(file) &&
        (isRelative
          ? target.startsWith('platform/node/')
          : /^(node:|onnxruntime-node$|sharp$)/.test(target)),
    )
    expect(
      offending.map(({ file, line, target }) => `${file}:${line} may not import ${target}`),
    ).toEqual([])
  })

  it('end in .js when they are relative', () => {
    const offending = imports.filter(
      ({ target, isRelative }) => isRelative && !target.endsWith('.js'),
    )
    expect(offending.map(({ file, line, target }) => `${file}:${line} imports ${target}`)).toEqual(
      [],
    )
  })
})

describe('modules', () => {
  it('have names in kebab case', () => {
    const names = files.flatMap((file) => file.replace(/\.ts$/, '').split('/'))
    expect(names.filter((name) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name))).toEqual([])
  })

  it('are not grab bags', () => {
    const bags = /(^|[/-])(utils?|helpers?|common|misc|managers?)([/-]|\.ts$)/
    expect(files.filter((file) => bags.test(file))).toEqual([])
  })

  it('export by name, save commands', () => {
    const offending = files.filter(
      (file) =>
        !file.startsWith('cli/commands/') &&
        /^export default|export \{[^}]*\bas default\b/m.test(
          readFileSync(join(source, file), 'utf8'),
        ),
    )
    expect(offending).toEqual([])
  })
})

describe.each(Object.keys(shelves))('the shelf %s', (folder) => {
  it('lists every module in its index', () => {
    const { folders, except = [] } = shelves[folder]!
    const listed = imports
      .filter(({ file }) => file === `${folder}/index.ts`)
      .map(({ target }) => target.replace(/\.js$/, '.ts'))
    const kept = folders.flatMap((part) => {
      const prefix = part === '.' ? `${folder}/` : `${folder}/${part}/`
      return files.filter(
        (file) => file.startsWith(prefix) && !file.slice(prefix.length).includes('/'),
      )
    })
    const hidden = ['index', ...except].map((name) => `${folder}/${name}.ts`)
    expect(kept.filter((file) => !listed.includes(file) && !hidden.includes(file))).toEqual([])
    expect(new Set(listed).size).toBe(listed.length)
  })
})
