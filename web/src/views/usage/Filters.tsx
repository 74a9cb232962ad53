import { useState } from "react";
import { AddFilter } from "./AddFilter";
import { filterNames, withFilter, withoutFilter, type Asked } from "./asked";

// The filters in force, each with a button that takes it away, and one more.
export function Filters({ asked, ask }: { asked: Asked; ask: (next: Asked) => void }) {
  const [adding, setAdding] = useState(false);
  return (
    <div className="filters">
      <ul className="row">
        {asked.filters.map((filter) => (
          <li key={`${filter.name} ${filter.value}`} className="chip">
            <span className="soft">{filterNames[filter.name]}</span> {filter.value}
            <button
              type="button"
              className="quiet"
              aria-label={`Remove filter ${filterNames[filter.name]} ${filter.value}`}
              onClick={() => ask(withoutFilter(asked, filter))}
            >
              ✕
            </button>
          </li>
        ))}
        {!adding && (
          <li>
            <button type="button" onClick={() => setAdding(true)}>
              Add a filter
            </button>
          </li>
        )}
        {asked.filters.length > 1 && (
          <li>
            <button type="button" className="quiet" onClick={() => ask({ ...asked, filters: [] })}>
              Remove all filters
            </button>
          </li>
        )}
      </ul>
      {adding && (
        <AddFilter
          onAdd={(filter) => {
            setAdding(false);
            ask(withFilter(asked, filter));
          }}
          onClose={() => setAdding(false)}
        />
      )}
    </div>
  );
}
