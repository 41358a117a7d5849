"use strict";
// Makes the timelines live: filtered, zoomed and moved by the controls above them, by dragging, and by the wheel while
// Ctrl is held. Where this does not run, and on paper, the still pictures stand as they are.
(() => {
  const SHORTEST = 60_000; // ms; the narrowest stretch of time that can be looked at
  const NARROW = 640; // px; below this width, account names get less room

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

  // Looks at [start, stop] (ms), no narrower than a minute and within the whole.
  function look(view, whole, start, stop) {
    const full = whole.stop - whole.start;
    const span = Math.min(Math.max(stop - start, SHORTEST), full);
    const first = Math.min(Math.max(start, whole.start), whole.stop - span);
    return view.signal("start", first).signal("stop", first + span).runAsync();
  }

  // Makes the stretch that is looked at `factor` times as long, around the moment at this share of it.
  function scale(view, whole, factor, share) {
    const start = view.signal("start");
    const span = view.signal("stop") - start;
    const first = start + span * share * (1 - factor);
    return look(view, whole, first, first + span * factor);
  }

  function move(view, whole, share) {
    const start = view.signal("start");
    const stop = view.signal("stop");
    const by = Math.min(Math.max((stop - start) * share, whole.start - start), whole.stop - stop);
    return look(view, whole, start + by, stop + by);
  }

  function zoom(figure, view, whole) {
    const acts = {
      in: () => scale(view, whole, 1 / 2, 1 / 2), out: () => scale(view, whole, 2, 1 / 2),
      earlier: () => move(view, whole, -1 / 4), later: () => move(view, whole, 1 / 4),
      all: () => look(view, whole, whole.start, whole.stop),
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

  // On paper everything is shown that can be unfolded.
  let folded = [];
  addEventListener("beforeprint", () => {
    folded = [...document.querySelectorAll("details:not([open])")];
    for (const one of folded) one.open = true;
  });
  addEventListener("afterprint", () => { for (const one of folded) one.open = false; });
})();
