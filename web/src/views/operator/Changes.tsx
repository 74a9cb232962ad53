import type { components } from "../../api/schema";
import { Badge } from "../../ui/Badge";

const tones = { added: "good", changed: "warn", removed: "bad" } as const;

// What changes entry by entry, in the words of the API: rates are cents per million tokens.
export function Changes({ changes }: { changes: readonly components["schemas"]["PriceChange"][] }) {
  return (
    <div className="changes" role="region" aria-label="Changes" tabIndex={0}>
      <ul>
        {changes.map((change) => (
          <li key={change.id}>
            <p>
              <strong>{change.id}</strong>{" "}
              <Badge tone={tones[change.change as keyof typeof tones]}>{change.change}</Badge>
            </p>
            <dl>
              {change.members.map((member) => (
                <div key={member.member}>
                  <dt>
                    <code>{member.member}</code>
                  </dt>
                  <dd>
                    {member.before !== null && <del>{member.before}</del>}{" "}
                    {member.after !== null && <ins>{member.after}</ins>}
                  </dd>
                </div>
              ))}
            </dl>
          </li>
        ))}
      </ul>
    </div>
  );
}
