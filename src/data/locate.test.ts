import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { filesOf } from '../../test/support/sources.js'
import { locateDataSet, publicDataSets } from './locate.js'

it('finds a public data set and the user’s own folders', async () => {
  const files = await filesOf({ 'data/tinyshakespeare/input.txt': 'x', 'data/pets/1.png': 'x' })
  const options = { files, dataFolder: 'data' }
  expect(await locateDataSet('tinyshakespeare', options)).toBe('data/tinyshakespeare')
  expect(await locateDataSet('pets', options)).toBe('data/pets')
})

it('says where a missing public data set comes from and where it goes', async () => {
  const files = await filesOf({ 'data/mnist/train-images-idx3-ubyte.gz': 'x' })
  await expect(locateDataSet('mnist', { files, dataFolder: 'data' })).rejects.toThrow(
    /data\/mnist\/train-labels-idx1-ubyte.gz is missing; get it from .*mnist.*TESSERAE_DATA/,
  )
})

it('says which data sets it knows when a name is unknown', async () => {
  const files = await filesOf({})
  for (const name of ['mnits', '__proto__']) {
    await expect(locateDataSet(name, { files, dataFolder: 'data' })).rejects.toThrow(
      /no folder data\/.*use one of .*mnist, .*tinyshakespeare/,
    )
  }
})

it('knows the public data sets of docs/data.md, with their licences and files', () => {
  const page = readFileSync(new URL('../../docs/data.md', import.meta.url), 'utf8')
  const rows = page.slice(page.indexOf('## Public data sets')).match(/^\| `.*$/gm)!
  const table = rows.map((row) => row.split('|').map((cell) => cell.trim()))
  const names = table.map(([, name]) => name!.replaceAll('`', ''))
  expect(names).toEqual(Object.keys(publicDataSets).sort())
  for (const [place, [, , files, , license]] of table.entries()) {
    const known = publicDataSets[names[place]!]!
    expect(license).toBe(known.license)
    // Some say how many others there are.
    const isWhole = !files!.includes(' and ')
    if (isWhole) expect(files).toBe(known.files.map((file) => `\`${file}\``).join(', '))
  }
})
