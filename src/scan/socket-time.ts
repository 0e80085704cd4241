/** For `setTimeout`, which takes a longer time than this for none at all. */
export const timerMilliseconds = (milliseconds: number): number =>
  Math.min(milliseconds, 2_147_483_647)
