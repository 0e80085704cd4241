/** What of the lake is exported, by name. */
export const exportKinds = ['sessions', 'transfers', 'flows', 'services'] as const
export type ExportKind = (typeof exportKinds)[number]
