// Times as people read them. The device's clock decides nothing here: only moments that the server named are written.

/** A moment in a time zone, in words; null where the browser does not know the zone. Without a zone: the reader's. */
export function moment(seconds: number, language: string, timeZone?: string): string | null {
  try {
    const zone = timeZone === undefined ? {} : { timeZone };
    const date = new Date(seconds * 1000);
    // Day before month and 24 hours, as on the server's pages.
    const locale = language === "en" ? "en-GB" : language;
    const day = new Intl.DateTimeFormat(locale, { dateStyle: "full", ...zone }).format(date);
    const time = new Intl.DateTimeFormat(locale, { timeStyle: "short", hourCycle: "h23", ...zone });
    return `${day}, ${time.format(date)}`;
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
