/** Examples that an intent should have: with fewer it is hardly learnt. */
export const WANTED = 5
