import { Day, Time } from "../../ui/Time";
import type { Organisation } from "./queries";
import { comparedInWords } from "./words";

export function OrganisationFacts({ organisation }: { organisation: Organisation }) {
  const { organizationId, organizationName, keys } = organisation;
  return (
    <dl className="facts">
      <dt>Admin key</dt>
      <dd>
        <code>{organisation.maskedKey}</code>
      </dd>
      <dt>Organisation</dt>
      <dd>
        {organizationName} {organizationId && <code>{organizationId}</code>}
        {!organizationName && !organizationId && <span className="soft">the provider names none</span>}
      </dd>
      <dt>Compared</dt>
      <dd>{comparedInWords(organisation)}</dd>
      {keys.length > 0 && (
        <>
          <dt>Your keys</dt>
          <dd>
            {keys.map((key) => (
              <span key={key.providerKeyId} className="block">
                {key.name} <code>{key.providerKeyId}</code>
              </span>
            ))}
          </dd>
        </>
      )}
      <dt>Read through</dt>
      <dd>{organisation.readThrough ? <Day date={organisation.readThrough} /> : "not read yet"}</dd>
      {organisation.lastReadAt && (
        <>
          <dt>Last read</dt>
          <dd>
            <Time at={organisation.lastReadAt} />
          </dd>
        </>
      )}
    </dl>
  );
}
