import { providerName, providers } from "../../format/names";
import { Field } from "../../ui/Field";
import type { Filter } from "./model";

type FilterFieldsProps = { filter: Filter; kinds: readonly string[]; onChange: (filter: Filter) => void };

export function FilterFields({ filter, kinds, onChange }: FilterFieldsProps) {
  return (
    <div className="model-filter" role="search" aria-label="Models">
      <Field label="Search">
        <input
          type="search"
          value={filter.search}
          onChange={(change) => onChange({ ...filter, search: change.target.value })}
        />
      </Field>
      <Field label="Provider">
        <select value={filter.provider} onChange={(change) => onChange({ ...filter, provider: change.target.value })}>
          <option value="">All</option>
          {providers.map((provider) => (
            <option key={provider} value={provider}>
              {providerName(provider)}
            </option>
          ))}
        </select>
      </Field>
      <Field label="Kind">
        <select value={filter.kind} onChange={(change) => onChange({ ...filter, kind: change.target.value })}>
          <option value="">All</option>
          {kinds.map((kind) => (
            <option key={kind}>{kind}</option>
          ))}
        </select>
      </Field>
      <div className="ticks">
        <label className="check">
          <input
            type="checkbox"
            checked={filter.usableOnly}
            onChange={(change) => onChange({ ...filter, usableOnly: change.target.checked })}
          />
          Only usable
        </label>
        <label className="check">
          <input
            type="checkbox"
            checked={filter.withRetired}
            onChange={(change) => onChange({ ...filter, withRetired: change.target.checked })}
          />
          Retired too
        </label>
      </div>
    </div>
  );
}
