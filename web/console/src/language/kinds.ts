/** Kinds of entity that every workspace has, with those that people look for first. */
export const BUILT_IN = [
  'order_number', 'parcel_number', 'product', 'time', 'duration', 'money', 'quantity', 'percent', 'phone', 'email', 'address', 'person', 'place', 'organisation', 'postcode',
  'url', 'ip', 'id_card', 'bank_card', 'iban', 'ssn', 'passport', 'driver_licence', 'plate', 'date_of_birth', 'account', 'password', 'one_time_code', 'answer', 'ordinal',
] as const

/** Kinds that are masked where they are shown, stored in records or given out. */
export const PERSONAL: readonly string[] = [
  'person', 'phone', 'id_card', 'bank_card', 'iban', 'ssn', 'email', 'address', 'plate', 'passport', 'driver_licence', 'account', 'password', 'one_time_code', 'ip', 'date_of_birth', 'url',
]

/** What to call a kind; own types by their name. */
export function kindTitle(kind: string, say: (key: string) => string, known: (key: string) => boolean): string {
  return known(`entity.${kind}`) ? say(`entity.${kind}`) : kind
}
