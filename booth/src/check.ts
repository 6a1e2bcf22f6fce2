// The page "check a receipt": a link's fragment carries the tracker, so that it stands in no log. It is moved into the
// form's field, which is then sent.

const tracker = location.hash.slice(1);
if (tracker !== "") {
  history.replaceState(history.state, "", location.pathname + location.search);
  document.addEventListener("DOMContentLoaded", () => {
    const field = document.querySelector<HTMLInputElement>("main form input[type=text]");
    if (field?.form) {
      field.value = tracker;
      field.form.requestSubmit();
    }
  });
}
