import { providerName, providers } from "../../format/names";
import { Field } from "../../ui/Field";
import type { Draft } from "./draft";

export type DraftFieldsProps = {
  draft: Draft;
  faults: (name: string) => string[];
  onChange: (draft: Draft) => void;
};

export function ModelFields({ draft, isNew, faults, onChange }: DraftFieldsProps & { isNew: boolean }) {
  return (
    <div className="pair">
      <Field label="Model id" errors={faults("id")}>
        <input
          value={draft.id}
          readOnly={!isNew}
          onChange={(change) => onChange({ ...draft, id: change.target.value })}
          autoComplete="off"
          spellCheck={false}
        />
      </Field>
      <Field label="Provider" errors={faults("provider")}>
        <select
          value={draft.provider}
          disabled={!isNew}
          onChange={(change) => onChange({ ...draft, provider: change.target.value })}
        >
          {providers.map((provider) => (
            <option key={provider} value={provider}>
              {providerName(provider)}
            </option>
          ))}
        </select>
      </Field>
      <Field label="Kind" errors={faults("kind")}>
        <select value={draft.kind} onChange={(change) => onChange({ ...draft, kind: change.target.value })}>
          <option>chat</option>
          <option>embedding</option>
          <option>moderation</option>
        </select>
      </Field>
      <Field label="Other names" hint="Separated by spaces." errors={faults("aliases")}>
        <input
          value={draft.aliases}
          onChange={(change) => onChange({ ...draft, aliases: change.target.value })}
          autoComplete="off"
          spellCheck={false}
        />
      </Field>
      <Field label="Context, in tokens" errors={faults("maxInputTokens")}>
        <input
          inputMode="numeric"
          value={draft.maxInputTokens}
          onChange={(change) => onChange({ ...draft, maxInputTokens: change.target.value.replace(/\D/g, "") })}
        />
      </Field>
      <Field label="Longest answer, in tokens" errors={faults("maxOutputTokens")}>
        <input
          inputMode="numeric"
          value={draft.maxOutputTokens}
          onChange={(change) => onChange({ ...draft, maxOutputTokens: change.target.value.replace(/\D/g, "") })}
        />
      </Field>
      <Field label="Retires on" hint="Empty: no date is known." errors={faults("retiresOn")}>
        <input
          type="date"
          value={draft.retiresOn}
          onChange={(change) => onChange({ ...draft, retiresOn: change.target.value })}
        />
      </Field>
      <label className="check">
        <input
          type="checkbox"
          checked={draft.alwaysSearches}
          onChange={(change) => onChange({ ...draft, alwaysSearches: change.target.checked })}
        />
        Searches the web in every call
      </label>
    </div>
  );
}
