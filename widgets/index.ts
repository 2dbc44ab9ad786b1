// The widgets as classes and types, without side effects; `define.ts` registers the tags.

export * from "./events.ts";
export { OptInForm, type OptInFormState } from "./opt-in-form/opt-in-form.ts";
export { PreferenceToggles } from "./preference-toggles/preference-toggles.ts";
export {
  type EditableFlags,
  type FlagProvider,
  ProfileFlagEditor,
} from "./profile-flag-editor/profile-flag-editor.ts";
