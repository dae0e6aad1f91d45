// What no page may do to those who enlarge it, touch it, or set their own spacing. Gives what is wrong, one line each.
(() => {
  const LEAST = 44; // CSS pixels, WCAG 2.5.5
  const named = (one) => `${one.outerHTML.replace(/\s+/g, " ").slice(0, 110)}`;
  const all = (selector) => [...document.querySelectorAll(selector)];
  const seen = (one) => one.checkVisibility({ visibilityProperty: true }) && one.getClientRects().length > 0;
  const quiet = (one) => {
    for (let each = one; each && each !== document.body; each = each.parentElement) {
      const style = getComputedStyle(each);
      if (style.clipPath !== "none" || each.getAttribute("aria-hidden") === "true") return true;
      const { left, right } = each.getBoundingClientRect();
      if (style.position === "absolute" && (right <= 0 || left >= innerWidth)) return true; // beside the window until it is reached
    }
    return false;
  };
  const scrolls = (one, way) => /auto|scroll/.test(getComputedStyle(one)[way]);
  const within = (one, held) => {
    for (let each = one.parentElement; each && each !== document.body; each = each.parentElement) if (held(each)) return each;
    return null;
  };

  // A page is read downwards alone; what is wider than it has a region of its own, which the keyboard reaches.
  function sideways() {
    const width = document.documentElement.clientWidth;
    const wide = document.documentElement.scrollWidth > width ? [`${document.documentElement.scrollWidth} of ${width} px`] : [];
    const regions = all("body *").filter((one) => seen(one) && scrolls(one, "overflowX") && one.scrollWidth > one.clientWidth + 1);
    const deaf = regions.filter((one) => one.tabIndex < 0 && !one.querySelector("a[href], button, input, select, textarea, [tabindex]"));
    return [...wide, ...deaf.map((one) => `no keyboard reaches ${named(one)}`)];
  }

  // Words that end outside of the window, or of a box that hides what does not fit.
  function cut() {
    const width = document.documentElement.clientWidth;
    const faults = [];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let text = walk.nextNode(); text; text = walk.nextNode()) {
      const holder = text.parentElement;
      if (!text.data.trim() || !seen(holder) || quiet(holder) || holder.closest("script, style, noscript, option, textarea")) continue;
      const range = document.createRange();
      range.selectNodeContents(text);
      const { left, right, top, bottom, width: wide } = range.getBoundingClientRect();
      if (!wide || within(text, (one) => scrolls(one, "overflowX") && one.scrollWidth > one.clientWidth)) continue;
      const drawn = holder.closest("svg");
      if ((right > width + 1 || left < -1) && !drawn) faults.push(`${text.data.trim().slice(0, 60)} | ${named(holder)}`);
      const box = within(text, (one) => /hidden|clip/.test(getComputedStyle(one).overflow));
      const edge = box && box.getBoundingClientRect();
      if (edge && !drawn && (right > edge.right + 1 || bottom > edge.bottom + 1 || left < edge.left - 1 || top < edge.top - 1)) {
        faults.push(`hidden: ${text.data.trim().slice(0, 60)} | ${named(box)}`);
      }
    }
    for (const one of all("select, input:not([type=hidden], [type=checkbox], [type=radio], [type=range])").filter(seen)) {
      const { left, right } = one.getBoundingClientRect();
      if (!quiet(one) && (right > width + 1 || left < -1)) faults.push(named(one));
    }
    return faults;
  }

  // The exception of WCAG 2.5.5 for a link in a sentence: it is set in a line, and its block says more than links do.
  function spoken(link) {
    if (getComputedStyle(link).display !== "inline") return false;
    const block = within(link, (one) => !getComputedStyle(one).display.startsWith("inline")) || document.body;
    const copy = block.cloneNode(true);
    for (const one of copy.querySelectorAll("a, button, svg, time, .badge, .quiet")) one.remove();
    return copy.textContent.replace(/[^\p{L}]/gu, "").length >= 8;
  }

  // A field is as large as itself with its label, if that is pressed for it.
  function size(one) {
    const boxes = [one, ...(/checkbox|radio/.test(one.type) ? one.labels : [])].map((each) => each.getBoundingClientRect());
    const high = Math.max(...boxes.map((box) => box.bottom)) - Math.min(...boxes.map((box) => box.top));
    const wide = Math.max(...boxes.map((box) => box.right)) - Math.min(...boxes.map((box) => box.left));
    return [wide, high];
  }

  function small() {
    const targets = all("a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button], [role=slider]");
    return targets
      .filter((one) => seen(one) && !quiet(one) && !(one.matches("a") && spoken(one)))
      .map((one) => [one, ...size(one)])
      .filter(([, wide, high]) => Math.min(wide, high) < LEAST - 0.5)
      .map(([one, wide, high]) => `${Math.round(wide)} × ${Math.round(high)}: ${named(one)}`);
  }

  // WCAG 1.4.12, as people set it who read badly otherwise.
  function spaced(measure) {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important } p { margin-bottom: 2em !important }");
    document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
    const found = measure();
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet);
    return found;
  }

  // A long table is the same in every language.
  for (const one of all("html[lang=de] details, details:not(#numbers)")) one.open = true;
  return {
    sideways: sideways(), cut: cut(), small: small(),
    "sideways with more space": spaced(sideways), "cut with more space": spaced(cut),
  };
})()
