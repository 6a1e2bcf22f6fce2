// Times as people read them. The device's clock decides nothing here: only moments that the server named are written.

/** A moment in a time zone, in words; null where the browser does not know the zone. Without a zone: the reader's. */
export function moment(seconds: number, language: string, timeZone?: string): string | null {
  try {
    const format = new Intl.DateTimeFormat(language, {
      dateStyle: "full",
      timeStyle: "short",
      ...(timeZone === undefined ? {} : { timeZone }),
    });
    return format.format(new Date(seconds * 1000));
  } catch {
    return null;
  }
}

/** The moment in the reader's zone, where clocks there show another time than in the ballot's. */
export function momentHere(seconds: number, language: string, ballotZone: string): string | null {
  const here = moment(seconds, language);
  const there = moment(seconds, language, ballotZone);
  return here === there ? null : here;
}
