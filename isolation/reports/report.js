"use strict";
// Makes the timelines live: filtered by the controls above each, zoomed and moved all together by those controls, by
// dragging, and by the wheel while Ctrl is held. Makes the tables sortable by the buttons at their columns. Where this
// does not run, and on paper, the still pictures stand as they are.
(() => {
  const SHORTEST = 60_000; // ms; the narrowest stretch of time that can be looked at
  const NARROW = 640; // px; below this width, account names get less room
  const views = []; // of all timelines: they show the same uses, so all look at the same time

  async function draw(figure) {
    const spec = JSON.parse(figure.querySelector("script").textContent);
    const live = figure.querySelector(".live");
    figure.classList.add("drawn");
    const result = await vegaEmbed(live, spec, {
      actions: false, ast: true, renderer: "svg", defaultStyle: false,
      tooltip: {disableDefaultStyle: true},
    });
    live.querySelector("svg").setAttribute("aria-hidden", "true"); // the element around it has the description
    const whole = {start: result.view.signal("start"), stop: result.view.signal("stop")};
    if (views.length) { // one that was moved before this one was drawn goes before
      for (const name of ["start", "stop"]) result.view.signal(name, views[0].signal(name));
    }
    views.push(result.view);
    fit(result.view, live);
    filter(figure, spec, result.view);
    zoom(figure, result.view, whole);
    drag(live, result.view, whole);
  }

  function fit(view, live) {
    const set = () => view.signal("room", live.clientWidth < NARROW ? 110 : 260).resize().runAsync();
    addEventListener("resize", set);
    set();
  }

  function filter(figure, spec, view) {
    const form = figure.querySelector("form");
    const status = form.querySelector("output");
    const rows = spec.data.find((one) => one.values).values;
    const apply = () => {
      const account = form.elements.account.value.trim().toLowerCase();
      const place = form.elements.place.value;
      const left = rows.filter((row) =>
        row.account.toLowerCase().includes(account) && (place === "" || row.colour === place));
      status.textContent = status.dataset.text.replace("{shown}", left.length).replace("{all}", rows.length);
      view.signal("account", account).signal("place", place).resize().runAsync();
    };
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", apply);
    apply();
  }

  // Has all timelines look at [start, stop] (ms), no narrower than a minute and within the whole.
  function look(whole, start, stop) {
    const full = whole.stop - whole.start;
    const span = Math.min(Math.max(stop - start, SHORTEST), full);
    const first = Math.min(Math.max(start, whole.start), whole.stop - span);
    for (const view of views) view.signal("start", first).signal("stop", first + span).runAsync();
  }

  // Makes the stretch that is looked at `factor` times as long, around the moment at this share of it.
  function scale(view, whole, factor, share) {
    const start = view.signal("start");
    const span = view.signal("stop") - start;
    const first = start + span * share * (1 - factor);
    look(whole, first, first + span * factor);
  }

  function move(view, whole, share) {
    const start = view.signal("start");
    const stop = view.signal("stop");
    const by = Math.min(Math.max((stop - start) * share, whole.start - start), whole.stop - stop);
    look(whole, start + by, stop + by);
  }

  function zoom(figure, view, whole) {
    const acts = {
      in: () => scale(view, whole, 1 / 2, 1 / 2), out: () => scale(view, whole, 2, 1 / 2),
      earlier: () => move(view, whole, -1 / 4), later: () => move(view, whole, 1 / 4),
      all: () => look(whole, whole.start, whole.stop),
    };
    for (const button of figure.querySelectorAll("button[data-act]"))
      button.addEventListener("click", acts[button.dataset.act]);
  }

  function drag(live, view, whole) {
    const share = (event) => {
      const left = live.querySelector("svg").getBoundingClientRect().left + view.origin()[0];
      return Math.min(Math.max((event.clientX - left) / view.width(), 0), 1);
    };
    live.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.metaKey) return; // a plain wheel scrolls the page
      event.preventDefault();
      scale(view, whole, event.deltaY < 0 ? 1 / 1.25 : 1.25, share(event));
    }, {passive: false});
    let at = null;
    live.addEventListener("pointerdown", (event) => {
      at = event.clientX;
      live.setPointerCapture(event.pointerId);
    });
    live.addEventListener("pointermove", (event) => {
      if (at === null) return;
      move(view, whole, (at - event.clientX) / view.width());
      at = event.clientX;
    });
    for (const name of ["pointerup", "pointercancel"]) live.addEventListener(name, () => { at = null; });
  }

  for (const figure of document.querySelectorAll("figure[data-live]"))
    draw(figure).catch((problem) => {
      figure.classList.remove("drawn");
      console.error(problem);
    });

  // A column is sorted up, down, and then back to the report's own order; rows that are alike keep that order.
  const told = document.getElementById("told");
  const letters = new Intl.Collator(document.documentElement.lang, {numeric: true});
  const MOMENT = /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?= UTC)/; // every time is told in UTC too, which sorts as text

  function sortable(table) {
    const body = table.tBodies[0];
    const own = [...body.rows];
    const heads = [...table.tHead.rows[0].cells];
    table.classList.add("sortable");
    heads.forEach((head, at) => {
      const button = document.createElement("button");
      button.type = "button";
      button.title = told.dataset.hint;
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const order = {ascending: "descending", descending: "none"}[head.ariaSort] ?? "ascending";
        for (const one of heads) one.removeAttribute("aria-sort");
        if (order !== "none") head.setAttribute("aria-sort", order);
        body.append(...(order === "none" ? own : sorted(own, at, order === "ascending" ? 1 : -1)));
        told.textContent = told.dataset[order].replace("{column}", () => button.textContent);
      });
    });
  }

  // A cell is a rank where the report gives it one, else a moment where the whole column tells moments, else text.
  function sorted(rows, at, sign) {
    const cells = rows.map((row) => row.cells[at]);
    const texts = cells.map((cell) => cell.textContent);
    const moments = texts.map((text) => MOMENT.exec(text)?.[0] ?? "");
    const timed = texts.every((text, row) => moments[row] || !/\d/.test(text));
    const key = (row) => (timed ? moments[row] : texts[row]);
    const compare = (one, other) =>
      cells[one].dataset.rank - cells[other].dataset.rank || letters.compare(key(one), key(other));
    return [...rows.keys()].sort((one, other) => sign * compare(one, other)).map((row) => rows[row]);
  }

  for (const table of document.querySelectorAll("main table")) if (table.tBodies[0].rows.length > 1) sortable(table);

  // Whoever follows a link to a folded card wants to read it.
  const unfold = () => {
    const aim = location.hash && document.getElementById(location.hash.slice(1));
    if (aim instanceof HTMLDetailsElement) aim.open = true;
  };
  addEventListener("hashchange", unfold);
  unfold();

  // On paper everything is shown that can be unfolded.
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open])")];
    for (const one of folded) one.open = true;
  });
  addEventListener("afterprint", () => { for (const one of folded) one.open = false; });
})();
