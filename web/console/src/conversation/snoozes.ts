/** The usual moments to look at a conversation again, on the reader's own clock. */
export const SNOOZES: { name: 'in_1h' | 'in_3h' | 'tomorrow' | 'monday'; until: (now: Date) => Date }[] = [
  { name: 'in_1h', until: (now) => inHours(now, 1) },
  { name: 'in_3h', until: (now) => inHours(now, 3) },
  { name: 'tomorrow', until: (now) => morning(now, 1) },
  // The Monday after this day, a whole week away when today is one.
  { name: 'monday', until: (now) => morning(now, (8 - now.getDay()) % 7 || 7) },
]

const inHours = (now: Date, hours: number): Date => new Date(now.getTime() + hours * 3_600_000)
const morning = (now: Date, days: number): Date => new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, 9)
