// The page "check a receipt": a link's fragment carries the tracker, so that it stands in no log. It is moved into the
// form's field, which is then sent.

import { takeFragment } from "./ui/fragment.js";

let tracker = takeFragment();

function submit(): void {
  const field = document.querySelector<HTMLInputElement>("main form input[type=text]");
  if (tracker !== null && field?.form) {
    field.value = tracker.slice(0, 500);
    tracker = null;
    field.form.requestSubmit();
  }
}

document.addEventListener("DOMContentLoaded", submit);
// A second link that is opened in the same window changes the address alone.
addEventListener("hashchange", () => {
  tracker = takeFragment();
  submit();
});
