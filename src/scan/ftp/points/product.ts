/** Point 1: which product this is, by what every server may answer to anybody; FEAT was asked before. */
import type { Point } from './point.ts'

const questions = ['SYST', 'HELP'] as const

export const product: Point = {
  title: 'Greeting, product and features',
  answers: ['product'],
  stage: 'greeted',
  async run(visit, control) {
    for (const question of questions) {
      const answered = { SYST: visit.said.syst, HELP: visit.said.help }
      if (answered[question] === null && control.ended === null) await visit.ask(control, question)
    }
  },
}
