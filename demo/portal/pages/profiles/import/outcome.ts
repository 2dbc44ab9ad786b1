// What an import has changed, or would change, in numbers and examples.

import { html, nothing, type TemplateResult } from "lit";
import type { Counts, Finding, Progress } from "./run.ts";

type Figure = { name: string; of: keyof Counts; look?: string };

const people: Figure[] = [
  { name: "New people", of: "created" },
  { name: "Added to", of: "updated" },
  { name: "Unchanged", of: "unchanged" },
  { name: "Refused", of: "refused", look: "bad" },
];

const flags: Figure[] = [
  { name: "Opt-ins", of: "optedIn" },
  { name: "Opt-outs", of: "optedOut" },
  { name: "Stay opted out", of: "keptOut", look: "warn" },
];

/** The numbers, and what somebody should look at. */
export function renderOutcome({ counts, lines, findings }: Progress, dry: boolean): TemplateResult {
  return html`<p class="quiet digits" role="status">${lines.toLocaleString()} lines
    ${dry ? "checked. Nothing has changed yet." : "imported."}</p>
    <dl class="figures">${people.map((figure) => renderFigure(figure, counts))}</dl>
    <dl class="figures">${flags.map((figure) => renderFigure(figure, counts))}</dl>
    ${findings.length > 0 ? renderFindings(findings) : nothing}`;
}

function renderFigure({ name, of, look }: Figure, counts: Counts) {
  const count = counts[of];
  return html`<div class=${
    count > 0 && look ? look : ""
  }><dt>${name}</dt><dd>${count.toLocaleString()}</dd></div>`;
}

function renderFindings(findings: Finding[]) {
  return html`<div class="examples">
    <h3 id="findings">Worth a look</h3>
    <p class="quiet small">The report has the reason for every line.</p>
    <table aria-labelledby="findings">
      <thead>
        <tr><th scope="col">Why</th><th scope="col">First seen</th><th scope="col">Outcome</th><th
          scope="col" class="number">Lines</th></tr>
      </thead>
      <tbody>
        ${findings.map(
          ({ detail, refused, lines, first }) => html`<tr>
            <td data-label="Why"><span class="why keyword">${detail}</span></td>
            <td data-label="First seen"><span
              class="keyword">Line
              ${first.line.toLocaleString()}${first.who ? `: ${first.who}` : ""}</span></td>
            <td data-label="Outcome">
              <span class="badge ${refused ? "bad" : "warn"}">${
                refused ? "Refused" : "Stays out"
              }</span>
            </td>
            <td class="number" data-label="Lines">${lines.toLocaleString()}</td>
          </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
