/** Our own templates as YAML: block style, every string in double quotes, so that nothing is read as another type. */
export type Plain = string | number | boolean | readonly Plain[] | { readonly [key: string]: Plain }

export const toYaml = (value: { readonly [key: string]: Plain }): string =>
  block(value, 0).join('\n')

function block(
  value: readonly Plain[] | { readonly [key: string]: Plain },
  depth: number,
): string[] {
  const indent = '  '.repeat(depth)
  if (isList(value))
    return value.flatMap((item) => {
      if (!isNested(item)) return [`${indent}- ${scalar(item)}`]
      const [first = '', ...rest] = block(item, depth + 1)
      return [`${indent}- ${first.trimStart()}`, ...rest]
    })
  return Object.entries(value).flatMap(([key, item]) =>
    isNested(item)
      ? [`${indent}${key}:`, ...block(item, depth + 1)]
      : [`${indent}${key}: ${scalar(item)}`],
  )
}

type Nested = readonly Plain[] | { readonly [key: string]: Plain }
const isList = (value: Plain): value is readonly Plain[] => Array.isArray(value)
/** Empty lists and maps stand on the line of their key. */
const isNested = (value: Plain): value is Nested =>
  typeof value === 'object' && Object.keys(value).length > 0
const scalar = (value: Plain): string => JSON.stringify(value)
