/**
 * The text of a record: one of its fields, or several in a template such as `{title}\n{abstract}`.
 * A list of texts, such as key words, is joined by commas.
 */

export interface FieldTemplate {
  /** The fields that it takes, each once. */
  readonly fields: readonly string[]
  /** The text of a record, or what is wrong with the record. */
  render(fields: Readonly<Record<string, unknown>>): RenderedText
}

export type RenderedText = { readonly text: string } | { readonly fault: string }

const placeholder = /\{([^{}]+)\}/g

/** Reads a template; one without braces is the name of a field. */
export const parseFieldTemplate = (template: string): FieldTemplate => {
  const names = Array.from(template.matchAll(placeholder), ([, name]) => name!)
  const pattern = names.length === 0 ? `{${template}}` : template
  const fields = names.length === 0 ? [template] : [...new Set(names)]
  return {
    fields,
    render(record) {
      const texts = new Map<string, string>()
      for (const name of fields) {
        const value = Object.hasOwn(record, name) ? record[name] : undefined
        const text = textOf(value)
        if (text === undefined) return { fault: describeFault(name, value, record) }
        texts.set(name, text)
      }
      // A function, as a text may hold what `replace` takes for a pattern: $&.
      const text = pattern.replace(placeholder, (_, name: string) => texts.get(name)!)
      return Array.from(texts.values()).every((one) => one.trim() === '')
        ? { fault: `"${fields.join('", "')}": the text is empty; write one or remove the row` }
        : { text }
    },
  }
}

/** The text that a field holds; undefined where it holds none. */
export const textOf = (value: unknown): string | undefined => {
  if (typeof value === 'string') return value
  if (['number', 'bigint', 'boolean'].includes(typeof value)) return String(value)
  const isList = Array.isArray(value) && value.every((one) => typeof one === 'string')
  return isList ? value.join(', ') : undefined
}

const describeFault = (name: string, value: unknown, record: object): string => {
  if (value === undefined) {
    return `there is no field "${name}", but ${Object.keys(record).join(', ')}; name one of them`
  }
  const found = value === null ? 'nothing' : typeof value === 'object' ? 'a record' : typeof value
  return `"${name}": expected a text, found ${found}; write one or remove the row`
}
