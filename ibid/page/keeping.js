// What this tab keeps over a reload.  It is kept for the tab, not for the browser: a question may be about one's
// health, and who sits down at this machine next shall not find it.

/** What was kept under `name`; null where there is nothing, or where nothing may be kept. */
export function kept(name) {
  try {
    return JSON.parse(sessionStorage.getItem(name));
  } catch {
    return null;
  }
}

/** Keep `value`, or forget what was kept where it is null; whether that could be done. */
export function keep(name, value) {
  try {
    sessionStorage.removeItem(name); // what does not fit leaves nothing that is out of date
    if (value !== null) sessionStorage.setItem(name, JSON.stringify(value));
    return true;
  } catch {
    return false;
  }
}
