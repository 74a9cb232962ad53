import { faultsOf } from "../../api/faults";
import "./keys.css";
import { Field } from "../../ui/Field";

export type Account = { organization: string; project: string; region: string };

const regions = ["ae", "au", "ca", "eu", "gb", "in", "jp", "kr", "sg", "us"];

type OpenAiAccountProps = { account: Account; error: unknown; onChange: (account: Account) => void };

// Most keys need none of these.
export function OpenAiAccount({ account, error, onChange }: OpenAiAccountProps) {
  const isWrong = ["organization", "project", "region"].some((field) => faultsOf(error, field).length > 0);
  const isSet = account.organization !== "" || account.project !== "" || account.region !== "";
  return (
    <details open={isSet || isWrong || undefined}>
      <summary>Which account</summary>
      <div className="account">
        <p className="hint">Leave these empty, unless your key belongs to several organizations or projects.</p>
        <Field label="Organization" errors={faultsOf(error, "organization")}>
          <input
            value={account.organization}
            onChange={(change) => onChange({ ...account, organization: change.target.value })}
            placeholder="org-…"
            autoComplete="off"
            spellCheck={false}
          />
        </Field>
        <Field label="Project" errors={faultsOf(error, "project")}>
          <input
            value={account.project}
            onChange={(change) => onChange({ ...account, project: change.target.value })}
            placeholder="proj_…"
            autoComplete="off"
            spellCheck={false}
          />
        </Field>
        <Field
          label="Region"
          hint="For projects with data residency: calls go to that region's address."
          errors={faultsOf(error, "region")}
        >
          <select value={account.region} onChange={(change) => onChange({ ...account, region: change.target.value })}>
            <option value="">No region</option>
            {regions.map((region) => (
              <option key={region} value={region}>
                {region}
              </option>
            ))}
          </select>
        </Field>
      </div>
    </details>
  );
}
