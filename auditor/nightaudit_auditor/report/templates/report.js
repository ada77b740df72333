"use strict";
// Draws the lists of findings. Text only ever becomes text: no markup is made from strings.
(() => {
  const PAGE = 100;
  const SEVERITIES = ["Critical", "High", "Medium", "Low", "Info"];
  const STATES = ["NEW", "REOPENED", "OPEN", "EXCEPTED"];
  const STEERING = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\u2028\u2029]/gu;
  const data = JSON.parse(document.getElementById("data").textContent);

  const element = (tag, attributes, ...children) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (value === true) made.setAttribute(name, "");
      else if (value !== false && value !== undefined) made.setAttribute(name, value);
    }
    made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
    return made;
  };

  // Foreign text: isolated from the direction of its surroundings, with characters that steer shown by their number.
  const shown = (text, lines) => {
    const box = element("bdi", {});
    let end = 0;
    for (const match of text.matchAll(STEERING)) {
      if (lines && match[0] === "\n") continue;
      const code = match[0].codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
      box.append(text.slice(end, match.index), element("span", { class: "control" }, `U+${code}`));
      end = match.index + match[0].length;
    }
    box.append(text.slice(end));
    return box;
  };

  const number = (value) => value.toLocaleString("en");
  const when = (time) => (time || "").replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d).*Z$/, "$1 $2 UTC");
  const checkOf = (finding) => data.checks[finding.check];
  const accountOf = (finding) => data.accounts[finding.account];
  const accountName = (account) => account.name || account.id || "schedule";
  const titleOf = (finding) => finding.title || checkOf(finding).title || checkOf(finding).id;
  const serviceOf = (finding) => (finding.type || "").split("::")[1] || "Other";
  const tone = (severity) => `sev-${SEVERITIES.includes(severity) ? severity.toLowerCase() : "info"}`;
  const nameOf = (finding) => finding.name || finding.arn || accountName(accountOf(finding));
  const rank = (finding) => {
    const place = SEVERITIES.indexOf(finding.severity);
    return place < 0 ? SEVERITIES.length : place;
  };

  const order = data.findings.map((finding, index) => index);
  const places = data.checks.map((check) => check.id);
  order.sort((left, right) => {
    const a = data.findings[left], b = data.findings[right];
    if (rank(a) !== rank(b)) return rank(a) - rank(b);
    if (a.check !== b.check) return places[a.check] < places[b.check] ? -1 : 1;
    return a.account - b.account || left - right;
  });
  const findings = order.map((index) => data.findings[index]);

  // ---- the exception that covers exactly one finding's check, account and resource

  const yamlText = (text) => `"${[...text].map((character) => {
    const point = character.codePointAt(0);
    if (character === '"' || character === "\\") return `\\${character}`;
    if (point >= 0x20 && point < 0x7f) return character;
    return point > 0xffff ? `\\U${point.toString(16).padStart(8, "0")}` : `\\u${point.toString(16).padStart(4, "0")}`;
  }).join("")}"`;

  const exceptionName = (finding) => {
    const slug = checkOf(finding).id.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+/, "").slice(0, 40).replace(/-+$/, "");
    return `${slug || "check"}-${finding.id.slice(0, 8)}`;
  };

  const exceptionYaml = (finding) => {
    const account = accountOf(finding);
    if (!finding.arn || finding.cut || !/^\S(.*\S)?$/.test(finding.arn) || finding.arn.length > 2048) return null;
    return [
      "apiVersion: nightaudit.dev/v1alpha1",
      "kind: AuditException",
      "metadata:",
      `  name: ${exceptionName(finding)}`,
      `  namespace: ${yamlText(data.namespace)}`,
      "spec:",
      "  match:",
      `    checks: [${yamlText(checkOf(finding).id)}]`,
      ...(account.id ? [`    accounts: [${yamlText(account.id)}]`] : []),
      `    resources: [${yamlText(finding.arn)}]`,
      "  reason: Say here why this is acceptable, and what makes up for it.",
      "  effect: Acknowledge",
      "  # owner: a person or a team",
      "  # ticket: where it was decided",
      `  expiryTime: ${yamlText(data.expiry)}`,
      "",
    ].join("\n");
  };

  const copy = async (button, text, source) => {
    try {
      await navigator.clipboard.writeText(text);
      button.textContent = "Copied";
    } catch {
      const range = document.createRange();
      range.selectNodeContents(source);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      button.textContent = "Selected: press Ctrl+C";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 2500);
  };

  // ---- one finding

  const part = (title, ...content) => [element("h5", {}, title), ...content];
  const paragraph = (text) => element("p", {}, shown(text));

  const body = (finding) => {
    const check = checkOf(finding);
    const left = [], right = [];
    left.push(...part("Detail", element("p", {}, shown(finding.detail || "", true))));
    if (check.risk) left.push(...part("Why it matters", paragraph(check.risk)));
    if (check.remediation) left.push(...part("Remediation", paragraph(check.remediation)));
    if (finding.evidence) {
      const text = typeof finding.evidence === "string" ? finding.evidence : JSON.stringify(finding.evidence, null, 2);
      left.push(...part("Evidence", element("pre", { tabindex: "0" }, shown(text, true))));
    }
    if (finding.exception) {
      const exception = finding.exception;
      const terms = [exception.effect, exception.owner && `owner ${exception.owner}`, exception.ticket,
        exception.expires ? `expires ${when(exception.expires)}` : "never expires"].filter(Boolean).join(" · ");
      right.push(...part("Excepted by", element("p", { class: "mono" }, shown(exception.name)), paragraph(exception.reason || ""), element("p", { class: "quiet" }, shown(terms))));
    }
    right.push(...part("Resource", element("p", { class: "mono" }, shown(finding.arn || "none")), element("p", { class: "quiet" }, shown(finding.type || ""))));
    right.push(...part("Account", element("p", {}, shown(accountName(accountOf(finding))), " ", element("span", { class: "quiet" }, shown(accountOf(finding).id)), " ", shown(finding.region || ""))));
    const seen = [finding.first && `first seen ${when(finding.first)}`, finding.last && `last seen ${when(finding.last)}`].filter(Boolean).join(", ");
    right.push(...part("Check", element("p", { class: "mono" }, shown(check.id)), check.description ? paragraph(check.description) : null, element("p", { class: "quiet" }, seen)));
    if (check.compliance && check.compliance.length) right.push(...part("Compliance", element("p", {}, shown(check.compliance.join(", ")))));
    if (check.references && check.references.length) right.push(...part("References", ...check.references.map((each) => element("p", { class: "mono" }, shown(each)))));
    if (finding.tags) {
      right.push(...part("Tags", element("div", { class: "tags" }, Object.entries(finding.tags).map(([key, value]) => element("span", { class: "tag" }, shown(key), " = ", shown(value))))));
    }
    if (!finding.unknown && finding.state !== "EXCEPTED" && finding.state !== "RESOLVED") {
      const yaml = exceptionYaml(finding);
      if (yaml) {
        const source = element("pre", { class: "yaml", tabindex: "0" }, yaml);
        const button = element("button", { type: "button", "aria-label": `Copy the exception for ${nameOf(finding)}` }, "Copy");
        button.addEventListener("click", () => copy(button, yaml, source));
        left.push(element("div", { class: "copy" }, element("h5", {}, "Exception, if it is acceptable"), button), source);
      } else {
        left.push(...part("Exception, if it is acceptable", paragraph("This resource has no ARN that an AuditException could name.")));
      }
    }
    return element("div", { class: "body" }, element("div", {}, left), element("div", {}, right));
  };

  const row = (finding) => {
    const state = finding.unknown ? "UNKNOWN" : finding.state || "";
    const made = element("details", { class: "row", "data-id": finding.id },
      element("summary", {},
        element("span", { class: "name" }, shown(nameOf(finding)), element("span", { class: "quiet" }, shown(finding.detail || ""))),
        element("span", { class: "quiet wide-only" }, shown(accountName(accountOf(finding)))),
        element("span", { class: "quiet wide-only" }, shown(finding.region || "")),
        element("span", {}, state ? element("span", { class: `state state-${state.toLowerCase()}` }, state) : ""),
        element("span", { class: "quiet wide-only", title: "first seen" }, (finding.first || "").slice(0, 10))));
    made.addEventListener("toggle", () => {
      if (made.open && made.childElementCount === 1) made.append(body(finding));
    });
    return made;
  };

  // ---- a list: pages of rows, under a heading for each check

  const list = (box) => {
    let items = [], start = 0;
    const content = element("div", {});
    const where = element("span", {});
    const back = element("button", { type: "button" }, "Previous");
    const on = element("button", { type: "button" }, "Next");
    const pager = element("div", { class: "pager" }, back, where, on);
    const draw = () => {
      const totals = new Map();
      for (const item of items) totals.set(item.check, (totals.get(item.check) || 0) + 1);
      const groups = [];
      let last = null;
      for (const item of items.slice(start, start + PAGE)) {
        if (!last || last.check !== item.check || last.severity !== item.severity) {
          groups.push(element("div", { class: `group ${tone(item.severity)}` },
            element("h4", {}, element("span", { class: "sev" }, shown(item.severity)), shown(titleOf(item)),
              element("span", { class: "quiet" }, number(totals.get(item.check))), element("span", { class: "mono" }, shown(checkOf(item).id)))));
          last = item;
        }
        groups[groups.length - 1].append(row(item));
      }
      content.replaceChildren(...groups);
      where.textContent = items.length ? `${number(start + 1)}–${number(Math.min(start + PAGE, items.length))} of ${number(items.length)}` : "";
      back.disabled = start === 0;
      on.disabled = start + PAGE >= items.length;
      pager.hidden = items.length <= PAGE;
    };
    const turn = (pages) => {
      start += pages * PAGE;
      draw();
      box.scrollIntoView({ block: "start" });
    };
    back.addEventListener("click", () => turn(-1));
    on.addEventListener("click", () => turn(1));
    box.append(content, pager);
    return (given) => { items = given; start = 0; draw(); };
  };

  for (const name of ["new", "reopened", "resolved", "excepted"]) {
    const box = document.querySelector(`[data-list=${name}]`);
    const chosen = findings.filter((finding) => finding.state === name.toUpperCase() && !finding.unknown);
    if (!chosen.length) { box.remove(); continue; }
    if (box.dataset.title) box.append(element("h3", {}, `${box.dataset.title} `, element("span", { class: "quiet" }, number(chosen.length))));
    list(box)(chosen);
  }

  // ---- findings, searched and filtered

  const problems = findings.filter((finding) => !finding.unknown && finding.state !== "RESOLVED");
  const show = list(document.querySelector("[data-list=findings]"));
  const form = document.getElementById("filters");
  const field = (id) => document.getElementById(id);
  const haystacks = new Map();
  const haystack = (finding) => {
    if (!haystacks.has(finding)) {
      haystacks.set(finding, [titleOf(finding), checkOf(finding).id, finding.detail, finding.arn, finding.name, finding.region,
        accountOf(finding).id, accountOf(finding).name, ...Object.entries(finding.tags || {}).flat()].join("\n").toLowerCase());
    }
    return haystacks.get(finding);
  };

  const options = (id, all, values) => {
    field(id).replaceChildren(element("option", { value: "" }, all),
      ...values.map(([value, label]) => element("option", { value: value }, label)));
  };
  const distinct = (of) => [...new Set(problems.map(of))].sort();
  const printable = (text) => text.replace(STEERING, "\ufffd");
  options("account", "All accounts", data.accounts.map((account, index) => [String(index), account.id && account.name ? `${printable(account.name)} (${account.id})` : printable(accountName(account))])
    .filter(([index]) => problems.some((finding) => String(finding.account) === index)));
  options("check", "All checks", distinct((finding) => checkOf(finding).id).map((id) => [id, id]));
  options("service", "All services", distinct(serviceOf).map((name) => [name, printable(name)]));
  options("region", "All regions", distinct((finding) => finding.region || "").filter(Boolean).map((name) => [name, printable(name)]));
  field("state").replaceChildren(element("option", { value: "", selected: true }, "All but excepted"),
    ...STATES.map((state) => element("option", { value: state }, state[0] + state.slice(1).toLowerCase())), element("option", { value: "ANY" }, "Any"));

  const filter = () => {
    const words = field("search").value.toLowerCase().split(/\s+/).filter(Boolean);
    const chosen = new Set([...form.querySelectorAll("[name=severity]:checked")].map((box) => box.value));
    const [account, state, check, service, region] = ["account", "state", "check", "service", "region"].map((id) => field(id).value);
    const counts = Object.fromEntries(SEVERITIES.map((severity) => [severity, 0]));
    const kept = problems.filter((finding) => {
      const known = finding.state || "OPEN";
      if (state === "" ? known === "EXCEPTED" : state !== "ANY" && known !== state) return false;
      if (account && String(finding.account) !== account) return false;
      if (check && checkOf(finding).id !== check) return false;
      if (service && serviceOf(finding) !== service) return false;
      if (region && finding.region !== region) return false;
      if (words.length && !words.every((word) => haystack(finding).includes(word))) return false;
      counts[finding.severity] = (counts[finding.severity] || 0) + 1;
      return chosen.has(finding.severity) || !SEVERITIES.includes(finding.severity);
    });
    for (const severity of SEVERITIES) document.querySelector(`[data-count=${severity}]`).textContent = number(counts[severity]);
    field("count").textContent = `${number(kept.length)} of ${number(problems.length)} findings`;
    show(kept);
  };
  let waiting = 0;
  form.addEventListener("input", (event) => {
    clearTimeout(waiting);
    waiting = setTimeout(filter, event.target.id === "search" && problems.length > 5000 ? 150 : 0);
  });
  form.addEventListener("reset", () => setTimeout(filter, 0));
  form.addEventListener("submit", (event) => event.preventDefault());
  filter();

  // ---- unknown, by what could not be read

  const groups = new Map();
  for (const finding of findings.filter((each) => each.unknown)) {
    const operation = (finding.evidence && finding.evidence.operation) || "";
    const key = JSON.stringify([operation, finding.account, finding.region || ""]);
    if (!groups.has(key)) groups.set(key, { operation, first: finding, reasons: new Map(), items: [] });
    const group = groups.get(key);
    group.items.push(finding);
    group.reasons.set(finding.detail || "", (group.reasons.get(finding.detail || "") || 0) + 1);
  }
  if (groups.size) {
    const rows = [...groups.values()].sort((a, b) => b.items.length - a.items.length).map((group) => {
      const reasons = [...group.reasons].sort((a, b) => b[1] - a[1]);
      const checks = [...new Set(group.items.map((each) => checkOf(each).id))].sort();
      const details = element("details", {}, element("summary", {}, `${number(group.items.length)} in ${number(checks.length)} ${checks.length === 1 ? "check" : "checks"}`));
      details.addEventListener("toggle", () => {
        if (!details.open || details.childElementCount > 1) return;
        const some = group.items.slice(0, PAGE).map((each) => element("li", {}, element("span", { class: "mono" }, shown(checkOf(each).id)), " ", shown(nameOf(each))));
        const more = group.items.length - some.length;
        details.append(element("ul", {}, some, more > 0 ? element("li", {}, `… and ${number(more)} more`) : null));
      });
      return element("tr", {},
        element("th", { scope: "row", class: "mono" }, group.operation ? shown(group.operation) : "–"),
        element("td", {}, shown(accountName(accountOf(group.first)))),
        element("td", {}, shown(group.first.region || "")),
        element("td", { class: "text" }, reasons.slice(0, 3).map(([reason, count]) => element("div", {}, shown(reason), reasons.length > 1 ? element("span", { class: "quiet" }, ` ${number(count)}`) : "")),
          reasons.length > 3 ? element("div", { class: "quiet" }, `… and ${number(reasons.length - 3)} more reasons`) : ""),
        element("td", {}, details));
    });
    const heads = ["Operation", "Account", "Region", "Reason", "Findings"].map((name) => element("th", { scope: "col" }, name));
    document.querySelector("[data-list=unknown]").append(element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Unknown" },
      element("table", {}, element("thead", {}, element("tr", {}, heads)), element("tbody", {}, rows))));
  }
  document.documentElement.dataset.ready = "true";
})();
