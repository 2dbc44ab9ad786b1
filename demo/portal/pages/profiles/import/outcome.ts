// What an import has changed, or would change, in numbers and examples.

import { html, nothing, type TemplateResult } from "lit";
import type { Counts, Example, Progress } from "./run.ts";

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

const outcomes: Readonly<Record<Example["outcome"], { name: string; look: string }>> = {
  created: { name: "New", look: "good" },
  updated: { name: "Added to", look: "good" },
  unchanged: { name: "Unchanged", look: "" },
  refused: { name: "Refused", look: "bad" },
};

/** The numbers, and the lines that somebody should look at. */
export function renderOutcome({ counts, lines, examples }: Progress, dry: boolean): TemplateResult {
  const noteworthy = counts.refused + (counts.keptOut > 0 ? 1 : 0) > 0;
  return html`<p class="quiet digits" role="status">${lines.toLocaleString()} lines ${dry ? "checked. Nothing has changed yet." : "imported."}</p>
    <dl class="figures">${people.map((figure) => renderFigure(figure, counts))}</dl>
    <dl class="figures">${flags.map((figure) => renderFigure(figure, counts))}</dl>
    ${noteworthy && examples.length > 0 ? renderExamples(examples) : nothing}`;
}

function renderFigure({ name, of, look }: Figure, counts: Counts) {
  const count = counts[of];
  return html`<div class=${count > 0 && look ? look : ""}><dt>${name}</dt><dd>${count.toLocaleString()}</dd></div>`;
}

function renderExamples(examples: Example[]) {
  return html`<div class="examples">
    <h3 id="examples">Worth a look</h3>
    <p class="quiet small">The first ${examples.length}; the report has every line.</p>
    <table aria-labelledby="examples">
      <thead>
        <tr><th scope="col" class="number">Line</th><th scope="col">Person</th><th scope="col">Outcome</th><th scope="col">Why</th></tr>
      </thead>
      <tbody>
        ${examples.map(
          ({ line, who, outcome, detail }) => html`<tr>
            <td class="number" data-label="Line">${line.toLocaleString()}</td>
            <td data-label="Person"><span class="keyword">${who || "–"}</span></td>
            <td data-label="Outcome"><span class="badge ${outcomes[outcome].look}">${outcomes[outcome].name}</span></td>
            <td data-label="Why"><span class="why">${detail}</span></td>
          </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
