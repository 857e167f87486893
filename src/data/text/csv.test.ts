import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createCsvReader } from './csv.js'

const recordsOf = (text: string) => [...createCsvReader()(text, true)]
const fieldsOf = (text: string) => recordsOf(text).map(({ fields }) => fields)

describe('a reader of CSV', () => {
  it('reads the examples of RFC 4180', () => {
    expect(fieldsOf('aaa,bbb,ccc\r\nzzz,yyy,xxx\r\n')).toEqual([
      ['aaa', 'bbb', 'ccc'],
      ['zzz', 'yyy', 'xxx'],
    ])
    expect(fieldsOf('"aaa","b\r\nbb","ccc"\r\nzzz,yyy,xxx')).toEqual([
      ['aaa', 'b\r\nbb', 'ccc'],
      ['zzz', 'yyy', 'xxx'],
    ])
    expect(fieldsOf('"aaa","b""bb","ccc"')).toEqual([['aaa', 'b"bb', 'ccc']])
  })

  it('tells the line on which each record starts, across line breaks inside of quotes', () => {
    const text = 'a,b\n"one\ntwo",2\n\nc,d\r\ne,f'
    expect(recordsOf(text).map(({ line }) => line)).toEqual([1, 2, 5, 6])
  })

  it('keeps empty fields and drops blank lines and a byte order mark', () => {
    expect(fieldsOf('\uFEFFa,,c\n\n,,\n')).toEqual([
      ['a', '', 'c'],
      ['', '', ''],
    ])
    expect(fieldsOf('')).toEqual([])
  })

  it('marks records with stray quotes and goes on after them', () => {
    const records = recordsOf('a,"b"c,d\ne,f\n"open,g\nh')
    expect(records.map(({ isMalformed }) => isMalformed)).toEqual([true, false, true])
    expect(records.map(({ line }) => line)).toEqual([1, 2, 3])
  })

  it('reads back what was quoted, whatever it is', () => {
    const quote = (field: string) => `"${field.replaceAll('"', '""')}"`
    const field = fc.string({ unit: fc.constantFrom(...'ab",\n\r ') })
    const table = fc.array(fc.array(field, { minLength: 2, maxLength: 3 }), { maxLength: 4 })
    fc.assert(
      fc.property(table, (rows) => {
        const text = rows.map((row) => row.map(quote).join(',')).join('\r\n')
        expect(fieldsOf(text)).toEqual(rows)
      }),
    )
  })
})
