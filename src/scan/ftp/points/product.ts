/** Point 1: which product this is, asked by commands that every server may answer to anybody. */
import type { Point } from './point.ts'

const questions = ['FEAT', 'SYST', 'HELP'] as const

export const product: Point = {
  title: 'Greeting, product and features',
  answers: ['product'],
  stage: 'greeted',
  async run(visit, control) {
    for (const question of questions) {
      const answered = { FEAT: visit.said.feat, SYST: visit.said.syst, HELP: visit.said.help }
      if (answered[question] === null && control.ended === null) await visit.ask(control, question)
    }
  },
}
