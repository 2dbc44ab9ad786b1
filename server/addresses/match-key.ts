// The match key: what the spellings of one phone have in common.

const spellings: readonly [written: RegExp, key: string][] = [
  [/^\+521(\d{10})$/, "+52$1"],
  [/^\+549(\d{10})$/, "+54$1"],
  [/^\+55(\d\d)9([6-9]\d{7})$/, "+55$1$2"],
];

/** The match key of a number (E.164), as match_key.sql gives it, which says more. */
export function matchKey(phoneNumber: string): string {
  const found = spellings.find(([written]) => written.test(phoneNumber));
  return found ? phoneNumber.replace(...found) : phoneNumber;
}

/** Whether numbers of this one's country have several spellings. */
export function hasSpellings(phoneNumber: string): boolean {
  return /^\+5[245]/.test(phoneNumber);
}
