// The fields of a form: what it is for, and the words that people see.

import "@awesome.me/webawesome/dist/components/details/details.js";
import "@awesome.me/webawesome/dist/components/option/option.js";
import "@awesome.me/webawesome/dist/components/radio-group/radio-group.js";
import "@awesome.me/webawesome/dist/components/radio/radio.js";
import "@awesome.me/webawesome/dist/components/select/select.js";
import "@awesome.me/webawesome/dist/components/textarea/textarea.js";
import { html, nothing, type TemplateResult } from "lit";
import type { FormBody } from "../../../../server/schemas/forms.ts";
import { formChannels } from "../../channels.ts";
import { type Complaints, channelField, textField } from "../../parts/fields.ts";
import { languageNames, missingIn } from "./draft.ts";
import { sendsCodes, writeCountries } from "./form-countries.ts";

const folded = [
  "businessName",
  "privacyUrl",
  "defaultCountry",
  "countries",
  "language",
  "thankYouText",
  "allowedOrigins",
] as const;
/** The fields that can show what is wrong with them. */
export const fields = ["description", "confirmationMessage", "buttonText", ...folded];

/** The channel, and what the form is for. */
export function kindFields(draft: FormBody, wrong: Complaints): TemplateResult {
  const field = fieldOf(draft, wrong);
  return html`${channelField(draft.channel, { among: formChannels })}
    ${field("description", "Description", "For your own use: where the form is, or what it is for. Visitors do not see it.", 200)}`;
}

/** What people read, and the rest folded away. */
export function wordFields(draft: FormBody, wrong: Complaints): TemplateResult {
  const field = fieldOf(draft, wrong);
  const missing = missingIn(draft);
  return html`<wa-textarea name="confirmationMessage" label="Confirmation message" rows="4"
        maxlength="2000"
        .value=${draft.confirmationMessage}
        ?data-wrong=${wrong.at.confirmationMessage !== undefined}
        hint=${
          wrong.at.confirmationMessage ??
          "What people agree to. It is kept as proof, word for word."
        }></wa-textarea>
      ${missing ? html`<p class="law small" role="status">${missing}</p>` : nothing}
      ${field("buttonText", "Button text", "", 60)}
      ${confirmField(draft)}
      <wa-details summary="More: business, privacy, country, language, thanks, sites"
        ?open=${folded.some((name) => name in wrong.at)}>
        <div class="stack">
          ${field("businessName", "Business name", "Shown above the form.", 100)}
          ${field(
            "privacyUrl",
            "Privacy policy",
            "Its address, such as https://example.com/privacy",
            2000,
          )}
          ${draft.channel === "email" ? nothing : field("defaultCountry", "Country", "Two letters, such as GB: numbers may then be typed as they are in that country.", 2)}
          ${sendsCodes(draft) ? countriesField(draft, wrong) : nothing}
          ${languageField(draft, wrong)}
          ${field("thankYouText", "Thank-you text", "Shown once the form has been sent.", 500)}
          <wa-textarea name="allowedOrigins" label="Allowed sites" rows="2"
            .value=${draft.allowedOrigins.join("\n")}
            ?data-wrong=${wrong.at.allowedOrigins !== undefined}
            hint=${wrong.at.allowedOrigins ?? "One per line, such as https://shop.example. Leave empty for any site."}></wa-textarea>
        </div>
      </wa-details>`;
}

function fieldOf(draft: FormBody, wrong: Complaints) {
  return (name: keyof FormBody & string, label: string, hint: string, maxlength: number) =>
    textField({ name, label, hint, maxlength, wrong, value: String(draft[name] ?? "") });
}

function confirmField({ channel, confirm }: FormBody) {
  const sent =
    channel === "email"
      ? "a link, and only those who open it and press its button are opted in"
      : "a six-digit code, and only those who type it into the form are opted in";
  const hint =
    confirm === "double"
      ? `Double opt-in: we send ${sent}. It proves that the ${channel === "email" ? "address" : "number"} is the person's own.`
      : "Single opt-in: quick, but nothing proves that the address is the person's own.";
  return html`<wa-radio-group name="confirm" label="When people are opted in"
      orientation="vertical" hint=${hint} .value=${confirm}>
      <wa-radio value="none">As soon as they send the form</wa-radio>
      <wa-radio value="double">Once they have confirmed it</wa-radio>
    </wa-radio-group>`;
}

function countriesField({ countries }: FormBody, wrong: Complaints) {
  const complaint = wrong.at.countries;
  return html`<wa-input name="countries" label="Countries that get codes"
      .value=${writeCountries(countries)}
      ?data-wrong=${complaint !== undefined}
      hint=${
        complaint ??
        `Two letters each, such as GB IE. Left empty: the form's own country. A star: every country.
        Other numbers get the usual answer, and no code.`
      }></wa-input>`;
}

function languageField(draft: FormBody, wrong: Complaints) {
  const complaint = wrong.at.language;
  return html`<wa-select name="language" label="Language" .value=${draft.language ?? "page"}
      ?data-wrong=${complaint !== undefined}
      hint=${complaint ?? "For the texts around your own: labels, hints and the confirmation. If the page names no language, the browser's is used."}>
      <wa-option value="page">Like the page around it</wa-option>
      ${Object.entries(languageNames).map(
        ([language, name]) =>
          html`<wa-option value=${language} lang=${language}>${name}</wa-option>`,
      )}
    </wa-select>`;
}
