// The page "check a receipt": a link's fragment carries the tracker, so that it stands in no log. It is moved into the
// form's field, which is then sent.

import { takeFragment } from "./ui/fragment.js";

/** A tracker has so many characters, and its words have more. What is shorter is a link to a place in the page. */
const SHORTEST = 43;

function arrived(): string | null {
  return location.hash.length > SHORTEST ? takeFragment() : null;
}

let tracker = arrived();

function submit(): void {
  const field = document.querySelector<HTMLInputElement>("main form input[type=text]");
  if (tracker !== null && field?.form) {
    field.value = tracker.slice(0, 500);
    tracker = null;
    field.form.requestSubmit();
  }
}

document.addEventListener("DOMContentLoaded", () => {
  // From now on reloading, or coming back, asks for the page anew. It was the answer to a form, which browsers would ask
  // to send once more.
  history.replaceState(history.state, "", location.pathname);
  submit();
});
// A second link that is opened in the same window changes the address alone.
addEventListener("hashchange", () => {
  tracker = arrived();
  submit();
});
