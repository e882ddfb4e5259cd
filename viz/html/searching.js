// The search field: how many are found, which of them is looked at, the next and the one before.
//
// Rule: what is typed is looked for as it is, in any case and any width of letters.

class Search {
  /** `find` returns what a text finds, in order; `mark` marks all that is found; `go` leads to one, and names it. */
  constructor(find, mark, go) {
    Object.assign(this, { find, mark, go, hits: [], at: -1 });
    ui("search").addEventListener("input", () => {
      this.look();
      announce(ui("hits").textContent);
    });
    ui("search").addEventListener("keydown", (event) => this.typed(event));
    press("next", () => this.step(1));
    press("previous", () => this.step(-1));
    this.look();
  }

  /** Look again, because the text or what there is has changed; the one looked at stays if it is still found. */
  look() {
    const text = plain(ui("search").value);
    const current = this.hits[this.at];
    this.hits = text ? this.find(text) : [];
    this.at = this.hits.indexOf(current);
    this.mark(this.hits, this.hits[this.at]);
    this.tell();
    for (const name of ["next", "previous"]) enable(name, this.hits.length > 0);
  }

  typed(event) {
    if (event.key === "Enter") this.step(event.shiftKey ? -1 : 1);
    if (event.key !== "Escape") return;
    ui("search").value = "";
    this.look();
  }

  /** Lead to the next one found, or to the one before; after the last comes the first. */
  step(by) {
    const count = this.hits.length;
    if (!count) return;
    this.at = this.at < 0 ? (by > 0 ? 0 : count - 1) : (this.at + by + count) % count;
    this.mark(this.hits, this.hits[this.at]);
    const name = this.go(this.hits[this.at]);
    this.tell();
    announce(say("html_hit_named", { place: this.at + 1, count, name }));
  }

  /** Say how many there are. */
  tell() {
    const count = this.hits.length;
    if (!plain(ui("search").value)) ui("hits").textContent = "";
    else if (!count) ui("hits").textContent = say("html_no_hit");
    else if (this.at < 0) ui("hits").textContent = say("html_hits", { count });
    else ui("hits").textContent = say("html_hit", { place: this.at + 1, count });
  }
}

/** Return a text as it is compared. */
function plain(text) {
  return text.normalize("NFKC").toLowerCase().trim();
}
