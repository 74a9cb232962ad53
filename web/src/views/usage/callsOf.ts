import type { Group } from "../../api/usage";
import { filterOf, withFilter, type Asked, type GroupBy } from "./asked";

// What to ask for to see a group's calls by day; null for groups that no filter selects.
export function callsOf(group: Group, groupBy: GroupBy, asked: Asked): Asked | null {
  if (groupBy === "day") return { ...asked, days: { from: group.key, to: group.key }, groupBy: "model" };
  const name = filterOf[groupBy];
  if (!name || (group.key === "other" && group.provider === null)) return null;
  const byDay: Asked = { ...asked, groupBy: "day,model" };
  // A name that both providers have is grouped as provider/name, and filtered by both.
  const prefix = `${group.provider}/`;
  if (groupBy.endsWith("odel") && group.provider && group.key.startsWith(prefix)) {
    const ofProvider = withFilter(byDay, { name: "provider", value: group.provider });
    return withFilter(ofProvider, { name, value: group.key.slice(prefix.length) });
  }
  return withFilter(byDay, { name, value: group.key });
}
