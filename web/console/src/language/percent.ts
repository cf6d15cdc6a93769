/** A share from 0 to 1 as per cent, with `digits` behind the point. */
export function percent(share: number, digits = 0): string {
  return `${(100 * Math.min(1, Math.max(0, share))).toFixed(digits)}%`
}
