// Times in the zone of every ballot of these stories.
export const ZONE = "America/Chicago";

/** A moment as ballot files and commands write it. */
export function local(seconds) {
  const parts = new Intl.DateTimeFormat("sv-SE", { timeZone: ZONE, dateStyle: "short", timeStyle: "medium" });
  return parts.format(new Date(seconds * 1000)).replace(" ", "T");
}
